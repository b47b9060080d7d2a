import { rfc3339 } from "@catalyst/base/clock";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest, type FieldFault, StatusError } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, notFound } from "../request/errors.ts";
import { amend } from "../verbs/amend.ts";
import { readDryRun, readObject } from "../verbs/body.ts";
import { checkPreconditions } from "../verbs/delete.ts";

const pods = { group: "", plural: "pods", namespaced: true };
const bindings = { group: "", plural: "pods/binding" };
const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

interface Binding {
  readonly metadata?: Partial<KubeObject["metadata"]>;
  readonly target?: { readonly kind?: string; readonly name?: string };
}

interface Spec {
  readonly nodeName?: string;
  readonly schedulingGates?: readonly unknown[];
}

/** Answers POST of a Binding: puts a Pod on a node, once. */
export async function bind(call: Call): Promise<Answer> {
  const { object, warnings } = await readObject(call, call.cluster.kinds.find("", "v1", "bindings"));
  call.warnings.push(...warnings);
  const { metadata = {}, target = {} } = (await reviewPosted(call, object)) as Binding;
  const name = call.route.name ?? metadata.name ?? "";
  if (metadata.name !== name) throw badRequest("name in URL does not match name in Binding object");
  checkTarget(target);
  const { namespace } = call.route;
  const now = rfc3339(call.parts.clock.now());
  const bound = await amend(call.parts, call.cluster, pods, { namespace, name }, (pod) => {
    checkPreconditions(pods, pod, metadata);
    const why = refusal(pod);
    if (why !== undefined) throw conflict(bindings, name, why);
    return readDryRun(call) ? pod : boundPod(pod, target.name!, metadata, now);
  });
  if (bound === undefined) throw notFound(pods, name);
  return document(success, 201);
}

/** Kubernetes answers these faults as a fault of its own, without a reason. */
function checkTarget({ kind = "", name = "" }: NonNullable<Binding["target"]>): void {
  const faults: Omit<FieldFault, "reason">[] = [];
  if (kind !== "" && kind !== "Node") {
    const message = `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`;
    faults.push({ field: "target.kind", message });
  }
  if (name === "") faults.push({ field: "target.name", message: "Required value" });
  if (faults.length === 0) return;
  const texts = faults.map(({ field, message }) => `${field}: ${message}`);
  throw new StatusError(500, "", texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`);
}

/** Why a Pod can't be put on a node. */
function refusal({ metadata, spec }: KubeObject): string | undefined {
  const { nodeName = "", schedulingGates = [] } = spec as Spec;
  const pod = `pod ${metadata.name}`;
  if (metadata.deletionTimestamp !== undefined)
    return `${pod} is being deleted, cannot be assigned to a host`;
  if (nodeName !== "") return `${pod} is already assigned to node ${JSON.stringify(nodeName)}`;
  return schedulingGates.length > 0 ? `${pod} has non-empty .spec.schedulingGates` : undefined;
}

/** The Pod on its node, with what the binding says of it. */
function boundPod(
  pod: KubeObject,
  nodeName: string,
  { annotations, labels }: Partial<KubeObject["metadata"]>,
  now: string,
): KubeObject {
  const { metadata } = pod;
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(annotations === undefined ? {} : { annotations: { ...metadata.annotations, ...annotations } }),
      ...(labels === undefined ? {} : { labels: { ...metadata.labels, ...labels } }),
    },
    spec: { ...(pod.spec as object), nodeName },
    status: scheduled(pod, now),
  } as KubeObject;
}

/** Placed; the node that was only promised isn't told any more. */
function scheduled(pod: KubeObject, lastTransitionTime: string): unknown {
  const { nominatedNodeName: _promised, ...status } = (pod.status ?? {}) as {
    readonly nominatedNodeName?: string;
    readonly conditions?: readonly Condition[];
  };
  const { conditions = [] } = status;
  const condition = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime };
  const isThere = conditions.some(({ type }) => type === "PodScheduled");
  const next = conditions.map((other) => (other.type === "PodScheduled" ? condition : other));
  return { ...status, conditions: isThere ? next : [...next, condition] };
}
