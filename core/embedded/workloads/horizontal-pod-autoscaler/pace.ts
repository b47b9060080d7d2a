import type { HorizontalPodAutoscaler, ScalingRules } from "@catalyst/ports/kubernetes";

/** A number of Pods, or a change of it, and when (milliseconds). */
export interface Moment {
  readonly value: number;
  readonly at: number;
}

/** What an autoscaler remembers of its past: newest last. */
export interface History {
  readonly recommendations: readonly Moment[];
  readonly ups: readonly Moment[];
  readonly downs: readonly Moment[];
}

/** What a pace is decided on. */
export interface PaceFacts {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly history: History;
  readonly current: number;
  /** What the metrics ask for. */
  readonly proposed: number;
  readonly now: number;
}

interface Said {
  readonly reason: string;
  readonly message: string;
}

export interface Pace {
  readonly replicas: number;
  /** Why the recommendation is or isn't followed; the condition AbleToScale. */
  readonly able: Said;
  /** What holds the number back; the condition ScalingLimited. */
  readonly limited: Said & { readonly status: "True" | "False" };
}

/** How long a smaller number must have been enough before it is followed, unless said (milliseconds); upstream's. */
const usualWindow = 5 * 60_000;

/** Without rules of its own an autoscaler at most doubles, and from few goes to four. */
const usualFactor = 2;
const usualLeast = 4;

/** Holds a proposal back as the autoscaler's behavior says. The rules and texts are upstream's. */
export function pace(facts: PaceFacts): Pace {
  const stable = stabilized(facts);
  const able = stable === facts.proposed ? ready : heldBack(facts);
  const { replicas, limit } = bounded(facts, stable);
  const isLimited = replicas !== stable;
  return { replicas, able, limited: { ...limit, status: isLimited ? "True" : "False" } };
}

/** How long the past matters to an autoscaler, in milliseconds. */
export function memoryOf({ spec }: HorizontalPodAutoscaler): number {
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  const seconds = [scaleUp, scaleDown].flatMap((rules) => [
    rules?.stabilizationWindowSeconds ?? 0,
    ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds),
  ]);
  return Math.max(usualWindow, ...seconds.map((each) => each * 1000));
}

const ready: Said = { reason: "ReadyForNewScale", message: "recommended size matches current size" };

const higher =
  "recent recommendations were higher than current one, applying the highest recent recommendation";
const lower = "recent recommendations were lower than current one, applying the lowest recent recommendation";

function heldBack({ autoscaler, proposed, current }: PaceFacts): Said {
  const isUp = autoscaler.spec.behavior !== undefined && proposed >= current;
  return isUp
    ? { reason: "ScaleUpStabilized", message: lower }
    : { reason: "ScaleDownStabilized", message: higher };
}

/** The proposal, unless others shortly before say that it may not last. */
function stabilized({ autoscaler, history, current, proposed, now }: PaceFacts): number {
  const { behavior } = autoscaler.spec;
  const downWindow = windowOf(behavior?.scaleDown) ?? usualWindow;
  const recent = (window: number) =>
    history.recommendations.filter(({ at }) => at > now - window).map(({ value }) => value);
  const most = Math.max(proposed, ...recent(downWindow));
  if (behavior === undefined) return most;
  const least = Math.min(proposed, ...recent(windowOf(behavior.scaleUp) ?? 0));
  return Math.min(Math.max(current, least), most);
}

function windowOf(rules: ScalingRules | undefined): number | undefined {
  const seconds = rules?.stabilizationWindowSeconds;
  return seconds === undefined ? undefined : seconds * 1000;
}

interface Bounded {
  readonly replicas: number;
  readonly limit: Said;
}

function bounded(facts: PaceFacts, stable: number): Bounded {
  const { autoscaler, current } = facts;
  const { minReplicas = 1, maxReplicas, behavior } = autoscaler.spec;
  if (behavior === undefined) {
    const rate = Math.max(usualFactor * current, usualLeast);
    if (stable < minReplicas) return { replicas: minReplicas, limit: tooFew };
    const most = Math.min(maxReplicas, rate);
    if (stable > most) return { replicas: most, limit: maxReplicas > rate ? tooFast : tooMany };
  } else if (stable > current) {
    const rate = Math.max(current, limitOf(facts, behavior.scaleUp ?? {}, 1));
    const most = Math.min(maxReplicas, rate);
    if (stable > most) return { replicas: most, limit: maxReplicas > rate ? tooFast : tooMany };
  } else if (stable < current) {
    const rate = Math.min(current, limitOf(facts, behavior.scaleDown ?? {}, -1));
    const least = Math.max(minReplicas, rate);
    if (stable < least) return { replicas: least, limit: minReplicas < rate ? tooSteep : tooFew };
  }
  return { replicas: stable, limit: inRange };
}

const inRange: Said = {
  reason: "DesiredWithinRange",
  message: "the desired count is within the acceptable range",
};
const tooFew: Said = {
  reason: "TooFewReplicas",
  message: "the desired replica count is less than the minimum replica count",
};
const tooMany: Said = {
  reason: "TooManyReplicas",
  message: "the desired replica count is more than the maximum replica count",
};
const tooFast: Said = {
  reason: "ScaleUpLimit",
  message: "the desired replica count is increasing faster than the maximum scale rate",
};
const tooSteep: Said = {
  reason: "ScaleDownLimit",
  message: "the desired replica count is decreasing faster than the maximum scale rate",
};

/** Whether more Pods are wanted (1) or fewer (-1). */
type Direction = 1 | -1;

/** The number that an autoscaler's policies let it go to in a direction. */
function limitOf(
  facts: PaceFacts,
  { selectPolicy = "Max", policies = [] }: ScalingRules,
  direction: Direction,
): number {
  if (selectPolicy === "Disabled") return facts.current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = startOf(facts, periodSeconds);
    if (type === "Pods") return start + direction * value;
    const limit = start * (1 + (direction * value) / 100);
    return direction === 1 ? Math.ceil(limit) : Math.trunc(limit);
  });
  // `Max` is the policy of the largest change, whichever way that goes.
  const isHighest = (selectPolicy === "Max") === (direction === 1);
  return isHighest ? Math.max(...limits) : Math.min(...limits);
}

/** How many Pods there were when a policy's present period began. */
function startOf({ history, current, now }: PaceFacts, periodSeconds: number): number {
  const changed = (moments: readonly Moment[]) =>
    moments
      .filter(({ at }) => at > now - periodSeconds * 1000)
      .reduce((total, { value }) => total + value, 0);
  return current - changed(history.ups) + changed(history.downs);
}
