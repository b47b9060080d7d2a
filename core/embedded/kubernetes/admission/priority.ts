import type { KubeObject } from "@catalyst/ports/kubernetes";
import { priorityClassResource } from "../cluster/priority-classes.ts";
import type { Call } from "../request/call.ts";
import { forbidden } from "../request/errors.ts";

/** What a Pod's place in the queue follows from. */
interface Priority {
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
}

/**
 * The priority of a Pod from the class it names, or the default class. Throws StatusError 403 for a class that
 * isn't there, and when the Pod states another value than its class.
 */
export function priorityOf(call: Call, pod: KubeObject): Priority {
  const given = (pod.spec ?? {}) as Priority;
  const { priorityClassName, priority, preemptionPolicy } = classOf(call, pod, given.priorityClassName);
  const computed = "priority admission controller computed";
  if (given.priority !== undefined && given.priority !== priority) {
    const why = `the integer value of priority (${given.priority}) must not be provided in pod spec; ${computed} ${priority} from the given PriorityClass name`;
    throw forbidden(call.kind, pod.metadata.name ?? "", why);
  }
  if (given.preemptionPolicy !== undefined && given.preemptionPolicy !== preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${given.preemptionPolicy}) must not be provided in pod spec; ${computed} ${preemptionPolicy} from the given PriorityClass name`;
    throw forbidden(call.kind, pod.metadata.name ?? "", why);
  }
  return {
    ...(priorityClassName === "" ? {} : { priorityClassName }),
    priority,
    preemptionPolicy,
  };
}

function classOf(call: Call, pod: KubeObject, name = ""): Required<Priority> {
  const found = name === "" ? defaultClass(call) : call.cluster.find(priorityClassResource, undefined, name);
  if (found === undefined && name !== "")
    throw forbidden(call.kind, pod.metadata.name ?? "", `no PriorityClass with name ${name} was found`);
  return {
    priorityClassName: found?.metadata.name ?? "",
    priority: Number(found?.["value"] ?? 0),
    preemptionPolicy: String(found?.["preemptionPolicy"] ?? "PreemptLowerPriority"),
  };
}

/** The class of Pods that name none; of several the one with the lowest value. */
function defaultClass(call: Call): KubeObject | undefined {
  return call.cluster
    .list(priorityClassResource, false)
    .map((entry) => entry.object)
    .filter((object) => object["globalDefault"] === true)
    .sort((a, b) => Number(a["value"]) - Number(b["value"]))[0];
}

/** Refuses a second default class. Throws StatusError 403. */
export function admitPriorityClass(call: Call, priorityClass: KubeObject): KubeObject {
  const other = priorityClass["globalDefault"] === true ? defaultClass(call) : undefined;
  if (other === undefined || other.metadata.name === priorityClass.metadata.name) return priorityClass;
  const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
  throw forbidden(call.kind, priorityClass.metadata.name ?? "", why);
}
