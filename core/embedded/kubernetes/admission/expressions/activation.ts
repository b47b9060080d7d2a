import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { CompiledVariables } from "../../machinery/admission/index.ts";
import {
  AuthorizerValue,
  EvaluationFault,
  OnDemandMap,
  plainValue,
  ResourceCheckValue,
  type Value,
  type Variables,
} from "../../machinery/cel/index.ts";
import type { Attributes } from "../attributes.ts";
import type { Match } from "../match/match.ts";
import { requestOf } from "../webhooks/review.ts";
import { expressionAuthorizer } from "./authorizer.ts";

/** What an activation is given beside the write. */
export interface Bindings {
  /** The object a policy is parameterized by; null where it is used without one. */
  readonly params?: KubeObject | null;
  readonly namespaceObject?: KubeObject | undefined;
  readonly variables?: CompiledVariables | undefined;
}

/**
 * The values of the variables of expressions for one write, whose objects are in the form of the match; each is made
 * when it is first asked for.
 */
export class Activation implements Variables {
  readonly #makers: Readonly<Record<string, () => Value>>;
  readonly #made = new Map<string, Value>();
  /** What the policy's own variables cost since it was last taken. */
  #cost = 0;

  constructor(attributes: Attributes, match: Match, bindings: Bindings = {}) {
    const { params, namespaceObject, variables } = bindings;
    const json = (object: unknown) => () => plainValue(object ?? null);
    const authorizer = () => expressionAuthorizer(attributes.cluster, attributes.user);
    this.#makers = {
      object: json(attributes.object),
      oldObject: json(attributes.oldObject),
      request: () => plainValue(requestOf(attributes, match)),
      namespaceObject: json(namespaceObject === undefined ? null : shownNamespace(namespaceObject)),
      params: json(params),
      authorizer: () => new AuthorizerValue(authorizer()),
      "authorizer.requestResource": () => new ResourceCheckValue(authorizer(), questionOf(attributes)),
      variables: () => new LazyVariables(this, variables, (cost) => (this.#cost += cost)),
    };
  }

  get(name: string): Value | undefined {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const value = this.#makers[name]?.();
    if (value !== undefined) this.#made.set(name, value);
    return value;
  }

  takeCost(): number {
    const cost = this.#cost;
    this.#cost = 0;
    return cost;
  }
}

/** `variables` in an expression: each is evaluated once, when an expression first names it. */
class LazyVariables extends OnDemandMap {
  readonly #activation: Activation;
  readonly #compiled: CompiledVariables | undefined;
  readonly #spend: (cost: number) => void;
  readonly #values = new Map<string, Value | EvaluationFault>();

  constructor(
    activation: Activation,
    compiled: CompiledVariables | undefined,
    spend: (cost: number) => void,
  ) {
    super();
    this.#activation = activation;
    this.#compiled = compiled;
    this.#spend = spend;
  }

  get size(): number {
    return this.#compiled?.programs.size ?? 0;
  }

  keys(): readonly Value[] {
    return [...(this.#compiled?.programs.keys() ?? [])];
  }

  demand(name: string): Value | EvaluationFault | undefined {
    let value = this.#values.get(name);
    if (value === undefined) {
      value = this.#evaluate(name);
      if (value !== undefined) this.#values.set(name, value);
    }
    return value;
  }

  #evaluate(name: string): Value | EvaluationFault | undefined {
    const program = this.#compiled?.programs.get(name);
    if (program === undefined) return undefined;
    const shown = JSON.stringify(name);
    if ("unusable" in program) {
      return new EvaluationFault(`composited variable ${shown} fails to compile: ${program.unusable}`);
    }
    const outcome = program.evaluate(this.#activation);
    this.#spend(outcome.cost);
    if ("value" in outcome) return outcome.value;
    return new EvaluationFault(`composited variable ${shown} fails to evaluate: ${outcome.error}`);
  }
}

function questionOf({ kind, subresource, namespace, name }: Attributes) {
  return { group: kind.group, resource: kind.plural, subresource, namespace, name };
}

/** What expressions may know of a namespace. */
function shownNamespace({ metadata, spec, status }: KubeObject): unknown {
  const { managedFields: _managed, ownerReferences: _owners, ...shown } = metadata;
  return { metadata: shown, spec, status };
}
