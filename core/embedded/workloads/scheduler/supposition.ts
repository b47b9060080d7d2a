import { type Amounts, minus, type Pod, plus, podAmounts } from "@catalyst/ports/kubernetes";
import type { SchedulingFacts } from "./facts.ts";
import { isExclusive, type NodeUse } from "./placements.ts";
import type { Neighbourhood } from "./pod-affinity.ts";

/** The facts as they would be with other Pods on one node: what there is stays as it is. */
export class Supposition implements SchedulingFacts {
  readonly #facts: SchedulingFacts;
  readonly #node: string;
  readonly #pods: Map<string, Pod>;
  #requests: Amounts;
  readonly around: Neighbourhood;

  constructor(facts: SchedulingFacts, node: string) {
    this.#facts = facts;
    this.#node = node;
    const { pods, requests } = facts.use(node);
    this.#pods = new Map(pods);
    this.#requests = requests;
    this.around = {
      ...facts.around,
      placed: () => this.#with(facts.around.placed(), () => true),
      exclusive: () => this.#with(facts.around.exclusive(), isExclusive),
    };
  }

  get pod() {
    return this.#facts.pod;
  }

  get nodes() {
    return this.#facts.nodes;
  }

  get obstacle() {
    return this.#facts.obstacle;
  }

  get exclusiveClaims() {
    return this.#facts.exclusiveClaims;
  }

  readonly use = (node: string): NodeUse =>
    node === this.#node ? { pods: this.#pods, requests: this.#requests } : this.#facts.use(node);

  readonly promised = (node: string) => this.#facts.promised(node);

  readonly budgets = () => this.#facts.budgets();

  add(pod: Pod): void {
    this.#pods.set(pod.metadata.uid ?? "", { ...pod, spec: { ...pod.spec, nodeName: this.#node } });
    this.#requests = plus(this.#requests, podAmounts(pod.spec, "requests"));
  }

  remove(pod: Pod): void {
    this.#pods.delete(pod.metadata.uid ?? "");
    this.#requests = minus(this.#requests, podAmounts(pod.spec, "requests"));
  }

  /** Those that are elsewhere, and those that would be here. */
  *#with(placed: Iterable<Pod>, isMeant: (pod: Pod) => boolean): Generator<Pod> {
    for (const pod of placed) if (pod.spec.nodeName !== this.#node) yield pod;
    for (const pod of this.#pods.values()) if (isMeant(pod)) yield pod;
  }
}
