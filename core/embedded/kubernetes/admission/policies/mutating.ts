import { jsonEqual } from "@catalyst/base/json";
import { takeTurn } from "@catalyst/base/turns";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import {
  compileIn,
  compileVariables,
  type PolicyMutation,
  results,
  type Unusable,
} from "../../machinery/admission/index.ts";
import type { Program } from "../../machinery/cel/index.ts";
import { StatusError } from "../../machinery/index.ts";
import { forbidden } from "../../request/errors.ts";
import type { Entry } from "../../storage/entry.ts";
import type { Admitted } from "../admitter.ts";
import { type Attributes, nameOf } from "../attributes.ts";
import { Activation, type Bindings } from "../expressions/activation.ts";
import { Budget, BudgetExceeded, policyBudget } from "../expressions/budget.ts";
import { conditionsMet } from "../expressions/conditions.ts";
import { fromForm, inForm, type Match } from "../match/match.ts";
import { reread } from "../match/reread.ts";
import type { Reinvocation } from "../reinvocation.ts";
import { ConfigurationFault } from "./configuration-fault.ts";
import { type Invocation, invocationsFor, namespaceObjectOf } from "./invocations.ts";
import { configured, patched } from "./mutation.ts";
import { type Binding, type BoundPolicy, boundPolicies, type PolicySpec } from "./policy.ts";

/** admissionregistration.k8s.io/v1 MutatingAdmissionPolicySpec. */
interface MutatingSpec extends PolicySpec {
  readonly mutations: readonly PolicyMutation[];
  readonly reinvocationPolicy: string;
}

interface Failure {
  readonly policy: BoundPolicy<MutatingSpec>;
  readonly binding: Binding | undefined;
  readonly message: string;
  readonly reason?: string;
}

/**
 * Evaluates the mutating policies that are bound to a write, each on what those before made of the object.
 * Throws StatusError when one that must be evaluated can't be.
 */
export async function applyMutatingPolicies(
  attributes: Attributes,
  policies: readonly Entry[],
  bindings: readonly Entry[],
  reinvocation: Reinvocation,
): Promise<Admitted> {
  const round = reinvocation.of("MutatingAdmissionPolicy");
  const failures: Failure[] = [];
  let { object } = attributes;
  round.begin(object);
  for (const item of await invocationsFor(attributes, boundPolicies<MutatingSpec>(policies, bindings))) {
    if (!("params" in item)) {
      failures.push(item);
      continue;
    }
    const namespaceObject = namespaceObjectOf(attributes);
    for (const params of item.params) {
      await takeTurn();
      const shown = await inForm({ ...attributes, object }, item.match);
      const invoked = invoke(shown, item, { params, namespaceObject }, (key) => round.mayAsk(key));
      if (invoked === undefined) continue;
      failures.push(...invoked.failures);
      if (invoked.isTouched) round.changed();
      round.asked(invoked.key, item.policy.spec.reinvocationPolicy === "IfNeeded");
      if (invoked.object !== shown.object) object = await fromForm(attributes, item.match, invoked.object);
    }
  }
  round.end(object);
  const counting = failures.filter(({ policy }) => policy.spec.failurePolicy !== "Ignore");
  if (counting.length > 0) throw refusal(attributes, counting);
  return object;
}

interface Invoked {
  readonly key: string;
  readonly object: Admitted;
  /** Whether a mutation was made, be it to the same. */
  readonly isTouched: boolean;
  readonly failures: readonly Failure[];
}

/** Undefined when the policy isn't for this write after all. Objects are in the form of the match. */
function invoke(
  attributes: Attributes,
  { policy, binding, match }: Invocation<MutatingSpec>,
  bindings: Bindings,
  mayAsk: (key: string) => boolean,
): Invoked | undefined {
  const { spec } = policy;
  const { variables, conditions, mutations } = compile(spec);
  const activation = (object: Admitted) =>
    new Activation({ ...attributes, object }, match, { ...bindings, variables });
  const { name = "", namespace = "" } = bindings.params?.metadata ?? {};
  const key = [policy.name, binding.name, namespace, name].join("\n");
  const unchanged = { key, object: attributes.object, isTouched: false };
  const met = conditionsMet(conditions, activation(attributes.object), spec.failurePolicy);
  if (met === false) return undefined;
  if (met !== true) {
    return { ...unchanged, failures: [{ policy, binding, message: met.error, reason: "Invalid" }] };
  }
  if (!mayAsk(key)) return undefined;
  if (attributes.object === undefined) return { ...unchanged, failures: [] };
  const failures: Failure[] = [];
  let object = attributes.object;
  let isTouched = false;
  spec.mutations.forEach((mutation, index) => {
    const next = mutate(match, mutation, object, mutations[index] as Program, activation(object));
    if (typeof next === "string") failures.push({ policy, binding, message: next, reason: "Invalid" });
    else {
      object = jsonEqual(object, next) ? object : next;
      isTouched = true;
    }
  });
  return { key, object, isTouched, failures };
}

/** Gives the object as a mutation wants it, or why it can't be had. */
function mutate(
  match: Match,
  { patchType }: PolicyMutation,
  object: KubeObject,
  program: Program | Unusable,
  activation: Activation,
): KubeObject | string {
  try {
    const outcome = new Budget(policyBudget).evaluate(program, activation);
    if ("error" in outcome) return outcome.error;
    const isPatch = patchType === "JSONPatch";
    const changed = isPatch
      ? patched(object, outcome.value)
      : configured(match.kind.schema, object, outcome.value);
    return reread(match, changed, isPatch ? "Strict" : "Ignore");
  } catch (error) {
    if (error instanceof ConfigurationFault || error instanceof BudgetExceeded) return error.message;
    throw error;
  }
}

interface Compiled {
  readonly variables: ReturnType<typeof compileVariables>;
  readonly conditions: readonly (Program | Unusable)[];
  readonly mutations: readonly (Program | Unusable)[];
}

const known = new WeakMap<MutatingSpec, Compiled>();

function compile(spec: MutatingSpec): Compiled {
  let compiled = known.get(spec);
  if (compiled === undefined) {
    const own = { params: spec.paramKind !== undefined, authorizer: true };
    const variables = compileVariables(spec.variables ?? [], own);
    const place = { ...own, variables: variables.types };
    compiled = {
      variables,
      conditions: (spec.matchConditions ?? []).map(({ expression }) =>
        compileIn(place, expression, results.condition),
      ),
      mutations: spec.mutations.map((mutation) => {
        const expression = (mutation.jsonPatch ?? mutation.applyConfiguration)?.expression ?? "";
        const wanted = mutation.patchType === "JSONPatch" ? results.patch : results.configuration;
        return compileIn({ ...place, mutates: true }, expression, wanted);
      }),
    };
    known.set(spec, compiled);
  }
  return compiled;
}

/** The refusal tells of all failures; its text and reason are those of the first. */
function refusal(attributes: Attributes, failures: readonly Failure[]): StatusError {
  const causes = failures.map(({ policy, binding, message }) => ({
    message:
      binding === undefined
        ? `policy ${JSON.stringify(policy.name)} denied request: ${message}`
        : `policy '${policy.name}' with binding '${binding.name}' denied request: ${message}`,
  }));
  const { statusDetails } = forbidden(attributes.kind, nameOf(attributes), "");
  const text = causes[0]?.message ?? "";
  return new StatusError(403, failures[0]?.reason ?? "Forbidden", text, { ...statusDetails, causes });
}
