import type { CoreEvent, KubeObject, Node, Pod } from "@catalyst/ports/kubernetes";
import type { Ending } from "../scenario.ts";

/** What became of the Pods and nodes of one scenario. */
export interface Placement {
  /** By the Pods' names. */
  readonly pods: Readonly<Record<string, PlacedPod>>;
  /** By the names of the nodes, where they are compared. */
  readonly nodes?: Readonly<Record<string, unknown>> | undefined;
  /** Each once, in the order of their texts: how often and when is a matter of time. */
  readonly events: readonly { readonly about: string; readonly message: string }[];
}

interface PlacedPod {
  readonly node?: string | undefined;
  readonly nominated?: string | undefined;
  readonly isLeaving: boolean;
  readonly conditions: readonly { readonly type: string; readonly message?: string | undefined }[];
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Whose events are compared. */
const speakers = /^default-scheduler$|^taint-eviction-controller$/;
/** What those say of a Pod; all else is others'. */
const own = new Set(["PodScheduled", "DisruptionTarget"]);
/** Namespaces are named for their scenario's number. */
const namespaced = /\bscenario-\d+\//g;

/** Said by a try that falls in the last moment of the Pod that makes room: whether there is one is chance. */
const meanwhile =
  " no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.";

/** What is to be the same in any ending: places, nominations, taints, conditions and events. */
export function placement(ending: Ending): Placement {
  const pods = byName(ending["v1/pods"] ?? [], (object) => place(object as Pod));
  const nodes = ending["/v1/nodes"];
  const events = (ending["v1/events"] ?? []).flatMap((object) => event(object as CoreEvent & KubeObject));
  const shown: Placement = {
    pods,
    ...(nodes === undefined ? {} : { nodes: byName(nodes, (object) => health(object as Node)) }),
    events: [...new Set(events)].sort().map((text) => JSON.parse(text) as Placement["events"][number]),
  };
  // What a JSON document can't hold is as if it weren't there.
  return JSON.parse(JSON.stringify(shown)) as Placement;
}

/** What a try says besides of a Pod that was promised a place before. */
const again = / no new claims to deallocate, preemption: .*$/;

/**
 * Takes out of what the real scheduler made what is chance: whether it has taken its promise back from Pods that are
 * `outdone`, and tried them again.
 */
export function withoutChance({ pods, events, ...more }: Placement, outdone: readonly string[]): Placement {
  const settled = <T extends { readonly message?: string | undefined }>(said: T): T =>
    said.message === undefined ? said : { ...said, message: said.message.replace(again, "") };
  const shown = Object.entries(pods).map(([name, { nominated, ...pod }]) =>
    outdone.includes(name)
      ? [name, { ...pod, conditions: pod.conditions.map(settled) }]
      : [name, { nominated, ...pod }],
  );
  const told = events.map((event) =>
    outdone.some((name) => event.about === `Pod ${name}`) ? settled(event) : event,
  );
  const once = new Map(told.map((event) => [JSON.stringify(event), event]));
  return { ...more, pods: Object.fromEntries(shown), events: [...once.values()] };
}

function byName<T>(
  objects: readonly KubeObject[],
  show: (object: KubeObject) => T,
): Readonly<Record<string, T>> {
  const shown = objects.map((object) => [object.metadata.name, show(object)] as const);
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** In the order of the keys: when each was added is a matter of time. */
function health({ spec, status }: Node): unknown {
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => `${key}=${value ?? ""}:${effect}`);
  const conditions = (status?.conditions ?? []).map(({ type, status: state }) => `${type}=${state}`);
  return { taints: taints.sort(), conditions: conditions.sort() };
}

function place({ metadata, spec, status }: Pod): PlacedPod {
  return {
    node: spec.nodeName,
    nominated: status?.nominatedNodeName,
    isLeaving: metadata.deletionTimestamp !== undefined,
    conditions: (status?.conditions ?? [])
      .filter(({ type }) => own.has(type))
      .map(({ type, status, reason, message }) => ({
        type,
        status,
        reason,
        message: message?.replace(meanwhile, ""),
      }))
      .sort((a, b) => (a.type < b.type ? -1 : 1)),
  };
}

function event({
  type,
  reason,
  action,
  message = "",
  involvedObject,
  ...more
}: CoreEvent): readonly string[] {
  const { source, reportingComponent } = more as Readonly<Record<string, unknown>> & {
    readonly source?: { readonly component?: string };
  };
  const speaker = source?.component || reportingComponent;
  if (!speakers.test(String(speaker))) return [];
  const told = message.replace(uid, "<uid>").replace(namespaced, "<namespace>/").replace(meanwhile, "");
  const about = `${involvedObject.kind} ${involvedObject.name}`;
  return [JSON.stringify({ type, reason, action, message: told, about })];
}
