import type { KubeObject } from "@catalyst/ports/kubernetes";
import { priorityClassResource } from "../cluster/priority-classes.ts";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Actor, Attributes } from "./attributes.ts";

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
export function priorityOf(actor: Actor, pod: KubeObject): Priority {
  const given = (pod.spec ?? {}) as Priority;
  const { priorityClassName, priority, preemptionPolicy } = classOf(actor, pod, given.priorityClassName);
  const computed = "priority admission controller computed";
  if (given.priority !== undefined && given.priority !== priority) {
    const why = `the integer value of priority (${given.priority}) must not be provided in pod spec; ${computed} ${priority} from the given PriorityClass name`;
    throw forbidden(actor.kind, pod.metadata.name ?? "", why);
  }
  if (given.preemptionPolicy !== undefined && given.preemptionPolicy !== preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${given.preemptionPolicy}) must not be provided in pod spec; ${computed} ${preemptionPolicy} from the given PriorityClass name`;
    throw forbidden(actor.kind, pod.metadata.name ?? "", why);
  }
  return {
    ...(priorityClassName === "" ? {} : { priorityClassName }),
    priority,
    preemptionPolicy,
  };
}

function classOf(actor: Actor, pod: KubeObject, name = ""): Required<Priority> {
  const found =
    name === "" ? defaultClass(actor) : actor.cluster.find(priorityClassResource, undefined, name);
  if (found === undefined && name !== "")
    throw forbidden(actor.kind, pod.metadata.name ?? "", `no PriorityClass with name ${name} was found`);
  return {
    priorityClassName: found?.metadata.name ?? "",
    priority: Number(found?.["value"] ?? 0),
    preemptionPolicy: String(found?.["preemptionPolicy"] ?? "PreemptLowerPriority"),
  };
}

/** The class of Pods that name none; of several the one with the lowest value. */
function defaultClass(actor: Actor): KubeObject | undefined {
  return actor.cluster
    .list(priorityClassResource, false)
    .map((entry) => entry.object)
    .filter((object) => object["globalDefault"] === true)
    .sort((a, b) => Number(a["value"]) - Number(b["value"]))[0];
}

/** Refuses a second default class. */
export const onePriorityDefault: Admitter = {
  name: "Priority",
  operations: ["CREATE", "UPDATE"],
  resources: [priorityClassResource],
  validate: checkDefault,
};

function checkDefault(attributes: Attributes): void {
  const priorityClass = attributes.object as KubeObject;
  const other = priorityClass["globalDefault"] === true ? defaultClass(attributes) : undefined;
  if (other === undefined || other.metadata.name === priorityClass.metadata.name) return;
  const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
  throw forbidden(attributes.kind, priorityClass.metadata.name ?? "", why);
}
