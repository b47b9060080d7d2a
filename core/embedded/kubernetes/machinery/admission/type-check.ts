import { type CelType, compileExpression, declareSchema, dynType } from "../cel/index.ts";
import type { ResourceKind } from "../kind.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import { compileVariables, type NamedExpression, type PolicyValidation } from "./policy.ts";
import { type Place, variableTypes } from "./variables.ts";

/** More types than this aren't looked at for one rule. */
const maxTypes = 10;

/** admissionregistration.k8s.io/v1 ExpressionWarning. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
}

/** The part of a ValidatingAdmissionPolicySpec that types are checked by. */
export interface CheckedSpec {
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
  readonly matchConstraints?: { readonly resourceRules?: readonly Rule[] };
  readonly variables?: readonly NamedExpression[];
  readonly validations?: readonly PolicyValidation[];
}

/** Finds what a cluster serves. */
export interface Kinds {
  find(group: string, version: string, plural: string): ResourceKind | undefined;
  findKind(apiVersion: string, kind: string): ResourceKind | undefined;
}

/**
 * Checks the validations of a policy against the types its rules name without wildcards: what is wrong there is
 * no fault of the policy, which may never see such an object. Source: upstream's `validating/typechecking.go`.
 */
export function typeWarnings(spec: CheckedSpec, kinds: Kinds): readonly ExpressionWarning[] {
  const { paramKind, validations = [] } = spec;
  const params = paramKind === undefined ? undefined : kinds.findKind(paramKind.apiVersion, paramKind.kind);
  const typed = typesNamed(spec.matchConstraints?.resourceRules ?? [], kinds).flatMap((kind) => {
    const object = typeOf(kind);
    return object === undefined ? [] : [{ kind, object }];
  });
  const place: Place = { params: paramKind !== undefined, authorizer: true };
  const warnings = (expression: string, fieldRef: string): readonly ExpressionWarning[] => {
    const texts = typed.flatMap(({ kind, object }) => {
      const types = { object, params: params === undefined ? dynType : (typeOf(params) ?? dynType) };
      const issues = issuesOf(expression, spec.variables ?? [], { ...place, types });
      return issues === undefined ? [] : [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${issues}\n`];
    });
    return texts.length === 0 ? [] : [{ fieldRef, warning: texts.join("\n") }];
  };
  return validations.flatMap(({ expression, messageExpression = "" }, index) => [
    ...warnings(expression, `spec.validations[${index}].expression`),
    ...(messageExpression === ""
      ? []
      : warnings(messageExpression, `spec.validations[${index}].messageExpression`)),
  ]);
}

function issuesOf(
  expression: string,
  variables: readonly NamedExpression[],
  place: Place,
): string | undefined {
  const { types } = compileVariables(variables, place);
  const compiled = compileExpression(expression, variableTypes({ ...place, variables: types }));
  return "issues" in compiled ? compiled.issues : undefined;
}

function typesNamed(rules: readonly Rule[], kinds: Kinds): readonly ResourceKind[] {
  const found = rules.flatMap((rule) => ofRule(rule, kinds).slice(0, maxTypes));
  const key = ({ group, version, kind }: ResourceKind) => [group, version, kind].join("\n");
  const unique = new Map(found.map((kind) => [key(kind), kind]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function ofRule(
  { apiGroups = [], apiVersions = [], resources = [] }: Rule,
  kinds: Kinds,
): readonly ResourceKind[] {
  if ([...apiGroups, ...apiVersions].some((name) => name.includes("*"))) return [];
  const whole = resources.filter((name) => !/[*/]/.test(name)).sort();
  return [...apiGroups]
    .sort()
    .flatMap((group) =>
      [...apiVersions]
        .sort()
        .flatMap((version) => whole.flatMap((plural) => kinds.find(group, version, plural) ?? [])),
    );
}

/** What expressions see of an object; undefined where nothing is known, or its type contains itself. */
function typeOf(kind: ResourceKind): CelType | undefined {
  if (containsItself(kind.schema, new Set())) return undefined;
  return declareSchema(kind.schema, kind.custom !== undefined, kind.kind)?.type;
}

function containsItself(type: TypeSchema, within: ReadonlySet<TypeSchema>): boolean {
  if (within.has(type)) return true;
  const below = [...(type.fields?.values() ?? [])].map((field) => field.type);
  const inner = new Set([...within, type]);
  return [...below, type.items, type.values].some(
    (part) => part !== undefined && containsItself(part, inner),
  );
}
