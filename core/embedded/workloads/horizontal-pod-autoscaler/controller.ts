import { rfc3339 } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import {
  type ClusterClient,
  type HorizontalPodAutoscaler,
  horizontalPodAutoscalers,
  pods,
  type ResourceType,
  type WorkloadCondition,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  recordEvent,
} from "@catalyst/reconciler";
import { replaceStatus } from "../common/status.ts";
import { type Measured, measure, type Subject, type Unmeasured } from "./measure.ts";
import { type History, memoryOf, pace } from "./pace.ts";

/** How often metrics are looked at, in milliseconds; upstream's. */
const period = 15_000;

interface Scale {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

type Conditions = readonly WorkloadCondition[];

/** Gives a workload as many Pods as its metrics ask for. */
export function horizontalPodAutoscalerController(): Controller<HorizontalPodAutoscaler> {
  const passes = new Map<string, Done>();
  return {
    name: "horizontal-pod-autoscaler",
    type: horizontalPodAutoscalers,
    reconcile: async (request, context) => {
      const autoscaler = context.object;
      const key = `${request.cluster}/${request.namespace}/${request.name}`;
      if (autoscaler === undefined || autoscaler.metadata.deletionTimestamp !== undefined) {
        passes.delete(key);
        return { outcome: "settled" };
      }
      const before = passes.get(key);
      const at = context.clock.now();
      // Its own status is no reason to look again: use changes all the time.
      const isNew = before?.spec !== autoscaler.spec;
      if (before !== undefined && !isNew && at < before.at + period)
        return { outcome: "settled", recheckAfter: before.at + period - at };
      const history = await new Pass(request, context, autoscaler, before?.history).run();
      passes.set(key, { spec: autoscaler.spec, at, history });
      return { outcome: "settled", recheckAfter: period };
    },
  };
}

/** The last look at an autoscaler. */
interface Done {
  readonly spec: HorizontalPodAutoscaler["spec"];
  readonly at: number;
  readonly history: History;
}

/** One look at one autoscaler. */
class Pass {
  readonly #client: ClusterClient;
  readonly #autoscaler: HorizontalPodAutoscaler;
  readonly #context: ReconcileContext<HorizontalPodAutoscaler>;
  readonly #now: number;
  #history: History | undefined;
  #conditions: Conditions;

  constructor(
    { cluster }: ReconcileRequest,
    context: ReconcileContext<HorizontalPodAutoscaler>,
    autoscaler: HorizontalPodAutoscaler,
    history: History | undefined,
  ) {
    this.#client = context.clusters.client(cluster);
    this.#autoscaler = autoscaler;
    this.#context = context;
    this.#now = context.clock.now();
    this.#history = history;
    this.#conditions = autoscaler.status?.conditions ?? [];
  }

  async run(): Promise<History> {
    const target = await this.#target();
    if (target === undefined) {
      await this.#write(this.#autoscaler.status ?? {});
      return this.#history ?? { recommendations: [], ups: [], downs: [] };
    }
    const { type, scale } = target;
    const current = scale.spec?.replicas ?? 0;
    this.#set(
      "AbleToScale",
      "True",
      "SucceededGetScale",
      "the HPA controller was able to get the target's current scale",
    );
    this.#history ??= { recommendations: [{ value: current, at: this.#now }], ups: [], downs: [] };
    const wish = await this.#wish(scale, current);
    if (wish === undefined) return this.#history;
    await this.#rescale(type, current, wish);
    return this.#history;
  }

  async #target(): Promise<{ readonly type: ResourceType; readonly scale: Scale } | undefined> {
    const { apiVersion = "v1", kind, name } = this.#autoscaler.spec.scaleTargetRef;
    const { namespace } = this.#autoscaler.metadata;
    const type = await this.#client.resourceType(apiVersion, kind);
    const found =
      type === undefined ? undefined : await this.#client.findSubresource(type, { namespace, name }, "scale");
    if (type !== undefined && found !== undefined) return { type, scale: found as Scale };
    const why =
      type === undefined
        ? `no matches for kind "${kind}" in group "${groupOf(apiVersion)}"`
        : `${type.group === "" ? type.plural : `${type.plural}.${type.group}`} "${name}" not found`;
    await this.#say("Warning", "FailedGetScale", why);
    const message = `the HPA controller was unable to get the target's current scale: ${why}`;
    this.#set("AbleToScale", "False", "FailedGetScale", message);
    return undefined;
  }

  /** How many Pods there should be, and why; undefined when nothing can be said. */
  async #wish(scale: Scale, current: number): Promise<Wish | undefined> {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    if (current === 0) {
      const message = "scaling is disabled since the replica count of the target is zero";
      this.#set("ScalingActive", "False", "ScalingDisabled", message);
      return { replicas: 0, why: "", metrics: [] };
    }
    if (current > maxReplicas)
      return { replicas: maxReplicas, why: "Current number of replicas above Spec.MaxReplicas", metrics: [] };
    if (current < minReplicas)
      return { replicas: minReplicas, why: "Current number of replicas below Spec.MinReplicas", metrics: [] };
    return this.#byMetrics(scale, current);
  }

  async #byMetrics(scale: Scale, current: number): Promise<Wish | undefined> {
    const selector = scale.status?.selector ?? "";
    if (selector === "") {
      await this.#say("Warning", "SelectorRequired", "selector is required");
      const message = "the HPA target's scale is missing a selector";
      this.#set("ScalingActive", "False", "InvalidSelector", message);
      return this.#unable("selector is required", current, []);
    }
    const { namespace } = this.#autoscaler.metadata;
    const { items } = await this.#client.list(pods, { namespace, labelSelector: selector });
    const subject: Subject = {
      client: this.#client,
      autoscaler: this.#autoscaler,
      selector,
      pods: items,
      replicas: current,
      now: this.#now,
    };
    const specs = this.#autoscaler.spec.metrics ?? [];
    const results = await Promise.all(specs.map((spec) => measure(subject, spec)));
    const measured = results.filter((result) => "status" in result);
    const failed = results.filter((result) => "why" in result);
    for (const { reason, why } of failed) await this.#say("Warning", reason, why);
    const metrics = results.map((result) => ("status" in result ? result.status : { type: "" }));
    const best = measured.reduce<Measured | undefined>(
      (most, each) => (most === undefined || each.replicas > most.replicas ? each : most),
      undefined,
    );
    const [first] = failed;
    // What can't be seen may be what keeps the Pods busy: on a part of the metrics Pods are added, never removed.
    if (first !== undefined && (best === undefined || best.replicas < current))
      return this.#unmeasured(first, failed.length, specs.length, current, metrics);
    if (best === undefined) return this.#unable("no metrics", current, metrics);
    const found = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.#set("ScalingActive", "True", "ValidMetricFound", found);
    return this.#paced(best, current, metrics);
  }

  #unmeasured(
    first: Unmeasured,
    failed: number,
    all: number,
    current: number,
    metrics: readonly unknown[],
  ): Promise<undefined> {
    const message = `the HPA was unable to compute the replica count: ${first.why}`;
    this.#set("ScalingActive", "False", first.reason, message);
    const why = `invalid metrics (${failed} invalid out of ${all}), first error is: ${first.message}`;
    return this.#unable(why, current, metrics);
  }

  async #unable(why: string, current: number, metrics: readonly unknown[]): Promise<undefined> {
    const { desiredReplicas = 0 } = this.#autoscaler.status ?? {};
    await this.#write({
      ...this.#autoscaler.status,
      currentReplicas: current,
      desiredReplicas,
      currentMetrics: metrics,
    });
    await this.#say("Warning", "FailedComputeMetricsReplicas", why);
    return undefined;
  }

  #paced({ replicas: proposed, name }: Measured, current: number, metrics: readonly unknown[]): Wish {
    const history = this.#history ?? { recommendations: [], ups: [], downs: [] };
    const autoscaler = this.#autoscaler;
    const { replicas, able, limited } = pace({ autoscaler, history, current, proposed, now: this.#now });
    this.#set("AbleToScale", "True", able.reason, able.message);
    this.#set("ScalingLimited", limited.status, limited.reason, limited.message);
    const oldest = this.#now - memoryOf(autoscaler);
    const recommendations = history.recommendations.filter(({ at }) => at >= oldest);
    this.#history = { ...history, recommendations: [...recommendations, { value: proposed, at: this.#now }] };
    const why = proposed > current ? `${name} above target` : "All metrics below target";
    return { replicas, why, metrics };
  }

  async #rescale(type: ResourceType, current: number, { replicas, why, metrics }: Wish): Promise<void> {
    const { status } = this.#autoscaler;
    const counts = { ...status, currentReplicas: current, currentMetrics: metrics };
    if (replicas === current) return this.#write({ ...counts, desiredReplicas: current });
    const { name } = this.#autoscaler.spec.scaleTargetRef;
    const { namespace } = this.#autoscaler.metadata;
    try {
      await this.#client.mergePatch(
        type,
        { namespace, name },
        { spec: { replicas } },
        { subresource: "scale" },
      );
    } catch (error) {
      const fault = errorMessage(error);
      await this.#say("Warning", "FailedRescale", `New size: ${replicas}; reason: ${why}; error: ${fault}`);
      const message = `the HPA controller was unable to update the target scale: ${fault}`;
      this.#set("AbleToScale", "False", "FailedUpdateScale", message);
      await this.#write({ ...counts, desiredReplicas: status?.desiredReplicas ?? 0 });
      throw error;
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    this.#set("AbleToScale", "True", "SucceededRescale", message);
    await this.#say("Normal", "SuccessfulRescale", `New size: ${replicas}; reason: ${why}`);
    this.#remember(replicas - current);
    await this.#write({ ...counts, desiredReplicas: replicas, lastScaleTime: rfc3339(this.#now) });
  }

  #remember(change: number): void {
    const history = this.#history ?? { recommendations: [], ups: [], downs: [] };
    const oldest = this.#now - memoryOf(this.#autoscaler);
    const direction = change > 0 ? "ups" : "downs";
    const kept = history[direction].filter(({ at }) => at >= oldest);
    this.#history = { ...history, [direction]: [...kept, { value: Math.abs(change), at: this.#now }] };
  }

  #set(type: string, status: "True" | "False", reason: string, message: string): void {
    const before = this.#conditions.find((condition) => condition.type === type);
    const kept = before?.status === status ? before.lastTransitionTime : undefined;
    const condition = { type, status, lastTransitionTime: kept ?? rfc3339(this.#now), reason, message };
    this.#conditions =
      before === undefined
        ? [...this.#conditions, condition]
        : this.#conditions.map((each) => (each === before ? condition : each));
  }

  async #write(status: Readonly<Record<string, unknown>>): Promise<void> {
    const whole = { ...status, conditions: this.#conditions };
    await replaceStatus(this.#client, horizontalPodAutoscalers, this.#autoscaler, whole);
  }

  #say(type: "Normal" | "Warning", reason: string, message: string): Promise<void> {
    const note = { type, reason, message };
    const { clock } = this.#context;
    return recordEvent(this.#client, clock, "horizontal-pod-autoscaler", this.#autoscaler, note);
  }
}

interface Wish {
  readonly replicas: number;
  readonly why: string;
  readonly metrics: readonly unknown[];
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}
