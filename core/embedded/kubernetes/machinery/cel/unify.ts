import { type CelType, dynType, sameType } from "./type.ts";

/** What type parameters stand for while an expression is checked; an attempt works on a copy. */
export type Substitutions = Map<string, CelType>;

/**
 * The substitutions under which each type is assignable to its partner, after cel-go's `checker/types.go`;
 * undefined when there are none. The given ones are not changed.
 */
export function unify(
  substitutions: Substitutions,
  given: readonly CelType[],
  wanted: readonly CelType[],
): Substitutions | undefined {
  if (given.length !== wanted.length) return undefined;
  const attempt = new Map(substitutions);
  return given.every((type, index) => assignable(attempt, type, wanted[index]!)) ? attempt : undefined;
}

/** Replaces type parameters by what they stand for; free ones by `dyn` when asked to. */
export function substitute(substitutions: Substitutions, type: CelType, freeToDyn = false): CelType {
  if (type.kind === "param") {
    const found = substitutions.get(type.name);
    if (found !== undefined) return substitute(substitutions, found, freeToDyn);
    return freeToDyn ? dynType : type;
  }
  if (type.params.length === 0) return type;
  return { ...type, params: type.params.map((param) => substitute(substitutions, param, freeToDyn)) };
}

/** The more general of two types that unify. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isEqualOrLessSpecific(a, b) ? a : b;
}

function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (a.kind === "dyn" || a.kind === "param") return true;
  if (b.kind === "dyn" || b.kind === "param" || a.kind !== b.kind) return false;
  if (a.kind === "type") return true;
  if (a.kind !== "opaque" && a.kind !== "list" && a.kind !== "map") return sameType(a, b);
  return (
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((param, index) => isEqualOrLessSpecific(param, b.params[index]!))
  );
}

function assignable(substitutions: Substitutions, a: CelType, b: CelType): boolean {
  if (b.kind === "param") {
    const { valid, known } = bind(substitutions, a, b);
    if (valid) return true;
    if (known) return false;
  }
  if (a.kind === "param") return bind(substitutions, b, a).valid;
  if (isWild(a) || isWild(b)) return true;
  if (a.kind === "null") return isNullable(b);
  if (b.kind === "null") return isNullable(a);
  if (a.kind === "type") return b.kind === "type";
  if (a.kind !== "opaque" && a.kind !== "list" && a.kind !== "map") return sameType(a, b);
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((param, index) => assignable(substitutions, param, b.params[index]!))
  );
}

function isWild(type: CelType): boolean {
  return type.kind === "dyn" || type.kind === "error";
}

function isNullable(type: CelType): boolean {
  return ["opaque", "struct", "duration", "timestamp", "null"].includes(type.kind);
}

/** Takes `type` for the parameter, or for what it stands for already. */
function bind(
  substitutions: Substitutions,
  type: CelType,
  param: CelType,
): { readonly valid: boolean; readonly known: boolean } {
  if (sameType(type, param)) return { valid: true, known: true };
  const known = substitutions.get(param.name);
  if (known !== undefined) {
    if (sameType(type, known)) return { valid: true, known: true };
    if (!assignable(substitutions, type, known)) return { valid: false, known: true };
    const general = mostGeneral(type, known);
    if (!occurs(substitutions, param, general)) substitutions.set(param.name, general);
    return { valid: true, known: true };
  }
  if (occurs(substitutions, param, type)) return { valid: false, known: false };
  substitutions.set(param.name, type);
  return { valid: true, known: false };
}

function occurs(substitutions: Substitutions, param: CelType, within: CelType): boolean {
  if (sameType(param, within)) return true;
  if (within.kind === "param") {
    const known = substitutions.get(within.name);
    return known !== undefined && occurs(substitutions, param, known);
  }
  return within.params.some((inner) => occurs(substitutions, param, inner));
}
