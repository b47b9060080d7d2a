import {
  boolType,
  type CelType,
  dynType,
  listType,
  objectType,
  type Program,
  stringType,
} from "../cel/index.ts";
import { nullType } from "../cel/type.ts";
import { compileIn, type Unusable } from "./compile.ts";
import type { Place } from "./variables.ts";

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

export interface PolicyValidation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

export interface PolicyMutation {
  readonly patchType: string;
  readonly applyConfiguration?: { readonly expression: string };
  readonly jsonPatch?: { readonly expression: string };
}

export interface AuditAnnotation {
  readonly key: string;
  readonly valueExpression: string;
}

/** What gives each sort of a policy's expressions its types. */
export const results = {
  condition: [boolType],
  validation: [boolType],
  message: [stringType],
  annotation: [stringType, nullType],
  configuration: [objectType("Object")],
  patch: [listType(objectType("JSONPatch"))],
} as const satisfies Readonly<Record<string, readonly CelType[]>>;

/** A policy's `variables`, compiled in their order: each may speak of those before it. */
export interface CompiledVariables {
  readonly programs: ReadonlyMap<string, Program | Unusable>;
  readonly types: ReadonlyMap<string, CelType>;
}

/** Compiles a policy's `variables`. */
export function compileVariables(variables: readonly NamedExpression[], place: Place): CompiledVariables {
  const programs = new Map<string, Program | Unusable>();
  const types = new Map<string, CelType>();
  for (const { name, expression } of variables) {
    const program = compileIn({ ...place, variables: new Map(types) }, expression);
    programs.set(name, program);
    types.set(name, "unusable" in program ? dynType : program.type);
  }
  return { programs, types };
}
