import { takeTurn } from "@catalyst/base/turns";
import type { AuditAnnotation, PolicyValidation } from "../../machinery/admission/index.ts";
import { StatusError } from "../../machinery/index.ts";
import { forbidden } from "../../request/errors.ts";
import type { Entry } from "../../storage/entry.ts";
import { type Attributes, nameOf } from "../attributes.ts";
import { inForm } from "../match/match.ts";
import { AnnotationValues, noteFailure } from "./audit.ts";
import { type Invocation, invocationsFor, namespaceObjectOf } from "./invocations.ts";
import { judge } from "./judge.ts";
import { type Binding, type BoundPolicy, boundPolicies, type PolicySpec } from "./policy.ts";

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicySpec. */
export interface ValidatingSpec extends PolicySpec {
  readonly validations?: readonly PolicyValidation[];
  readonly auditAnnotations?: readonly AuditAnnotation[];
}

/** Why a write isn't let through. */
export interface Denial {
  readonly policy: BoundPolicy<ValidatingSpec>;
  readonly binding: Binding | undefined;
  readonly message: string;
  readonly reason?: string | undefined;
}

/**
 * Evaluates the validating policies that are bound to a write. What fails is told, noted or refused, as the
 * binding says. Throws the StatusError of the first refusal.
 */
export async function applyValidatingPolicies(
  attributes: Attributes,
  policies: readonly Entry[],
  bindings: readonly Entry[],
): Promise<void> {
  const denials: Denial[] = [];
  const values = new AnnotationValues();
  for (const item of await invocationsFor(attributes, boundPolicies<ValidatingSpec>(policies, bindings))) {
    if ("params" in item) denials.push(...(await invoke(attributes, item, values)));
    else if (item.policy.spec.failurePolicy !== "Ignore") denials.push(item);
  }
  values.publish(attributes);
  const [first] = denials;
  if (first !== undefined) throw refusal(attributes, first);
}

/** Does what a binding says of one invocation; gives what is to be refused. */
async function invoke(
  attributes: Attributes,
  { policy, binding, match, params }: Invocation<ValidatingSpec>,
  values: AnnotationValues,
): Promise<readonly Denial[]> {
  if (params.length === 0) return [];
  const denials: Denial[] = [];
  const namespaceObject = namespaceObjectOf(attributes);
  const shown = await inForm(attributes, match);
  for (const param of params) {
    // What an expression may cost is much for one turn of the event loop, and there may be many.
    await takeTurn();
    const verdict = judge(policy.spec, shown, match, { params: param, namespaceObject });
    verdict.failures.forEach(({ index, message, reason }) => {
      for (const action of binding.validationActions) {
        if (action === "Deny") denials.push({ policy, binding, message, reason });
        else if (action === "Audit") noteFailure(attributes, policy.name, binding, index, message);
        else attributes.warnings.push(warningOf(policy.name, binding.name, message));
      }
    });
    for (const { key, value } of verdict.annotations) values.add(policy.name, key, value);
    for (const message of verdict.annotationErrors) denials.push({ policy, binding, message });
  }
  return denials;
}

function warningOf(policy: string, binding: string, message: string): string {
  return `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`;
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
};

function refusal(
  attributes: Attributes,
  { policy, binding, message, reason = "Invalid" }: Denial,
): StatusError {
  const bound = binding === undefined ? "" : ` with binding '${binding.name}'`;
  const why = `ValidatingAdmissionPolicy '${policy.name}'${bound} denied request: ${message}`;
  const { message: text, statusDetails } = forbidden(attributes.kind, nameOf(attributes), why);
  return new StatusError(codes[reason] ?? 422, reason, text, {
    ...statusDetails,
    causes: [{ message: why }],
  });
}
