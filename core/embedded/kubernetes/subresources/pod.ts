import { rfc3339 } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, notFound } from "../request/errors.ts";
import { amend } from "../verbs/amend.ts";
import { readDryRun, readValue } from "../verbs/body.ts";
import { stored } from "../verbs/read.ts";

const pods = { group: "", plural: "pods", namespaced: true };
const bindings = { group: "", plural: "pods/binding" };
const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** Answers POST of a Binding: puts a Pod on a node, once. */
export async function bind(call: Call): Promise<Answer> {
  const posted = await readValue(call);
  if (!isObject(posted)) throw badRequest("the body is no Binding");
  const binding = await reviewPosted(call, posted);
  if (!isObject(binding["target"])) throw badRequest("the body is no Binding");
  const { kind: targetKind = "Node", name: nodeName } = binding["target"] as Record<string, string>;
  if (targetKind !== "Node" || !nodeName) throw badRequest("a Pod can be bound to a Node only");
  const name = call.route.name ?? (binding["metadata"] as { name?: string } | undefined)?.name ?? "";
  const { namespace } = call.route;
  const now = rfc3339(call.parts.clock.now());
  const bound = await amend(call.parts, call.cluster, pods, { namespace, name }, (pod) => {
    const spec = pod.spec as { readonly nodeName?: string };
    if (spec.nodeName) {
      throw conflict(
        bindings,
        name,
        `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`,
      );
    }
    if (pod.metadata.deletionTimestamp !== undefined) {
      throw conflict(bindings, name, `pod ${name} is being deleted, cannot be assigned to a host`);
    }
    if (readDryRun(call)) return pod;
    return { ...pod, spec: { ...spec, nodeName }, status: scheduled(pod, now) };
  });
  if (bound === undefined) throw notFound(pods, name);
  return document(success, 201);
}

function scheduled(pod: KubeObject, lastTransitionTime: string): unknown {
  const status = (pod.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const others = (status.conditions ?? []).filter((condition) => condition.type !== "PodScheduled");
  const condition = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime };
  return { ...status, conditions: [...others, condition] };
}

/** Answers GET of a container's log, streamed as it comes from the node. */
export async function log(call: Call): Promise<Answer> {
  const { query, parts, cluster, request } = call;
  const { object: pod } = stored(call);
  const container = containerOf(pod, query.get("container") ?? "");
  const flag = (name: string) => ["true", "1"].includes(query.get(name) ?? "");
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const lines = parts.node!.log!(cluster.name, pod, {
    container,
    follow: flag("follow"),
    previous: flag("previous"),
    timestamps: flag("timestamps"),
    sinceSeconds: number("sinceSeconds") ?? since(query.get("sinceTime"), parts.clock.now()),
    tailLines: number("tailLines"),
    signal: request.signal,
  });
  const body = await started(lines);
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { type: "response", response: { status: 200, headers, body } };
}

/** Waits for the first piece, so that a log that isn't there is a refusal and not a broken stream. */
async function started(lines: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    return resumed(first, iterator);
  } catch (error) {
    if (!isCatalystError(error, "node-log-absent")) throw error;
    throw badRequest(error.message);
  }
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

function since(time: string | null, now: number): number | undefined {
  return time === null ? undefined : Math.max(1, Math.ceil((now - Date.parse(time)) / 1000));
}

function containerOf(pod: KubeObject, asked: string): string {
  const spec = pod.spec as Record<string, readonly { readonly name: string }[] | undefined>;
  const own = (spec["containers"] ?? []).map(({ name }) => name);
  const other = [...(spec["initContainers"] ?? []), ...(spec["ephemeralContainers"] ?? [])].map(
    ({ name }) => name,
  );
  const podName = pod.metadata.name;
  if (asked === "") {
    if (own.length === 1) return own[0]!;
    const init = other.length === 0 ? "" : ` or one of the init containers: [${other.join(" ")}]`;
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${own.join(" ")}]${init}`,
    );
  }
  if (own.includes(asked) || other.includes(asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${podName}`);
}
