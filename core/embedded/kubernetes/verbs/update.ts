import type { KubeObject } from "@catalyst/ports/kubernetes";
import { refusal } from "../access/attributes.ts";
import { isAllowed } from "../access/authorize.ts";
import { settleChange } from "../admission/registry.ts";
import { type ChangeReview, changeReview } from "../admission/reviews.ts";
import { resourceKey } from "../cluster/kinds.ts";
import { inVersionAsked, inVersionStored } from "../conversion/convert.ts";
import {
  badRequest,
  beginApply,
  beginCreate,
  beginPatch,
  beginUpdate,
  type Draft,
  finishUpdate,
  invalid,
  type Json,
  nameless,
  type PatchType,
} from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, forbidden, notFound, unsupportedMediaType } from "../request/errors.ts";
import { keyFor } from "../storage/entry.ts";
import { mediaType, readApplied, readDryRun, readObject, readValue } from "./body.ts";
import { checkNamespace, store } from "./create.ts";
import { writeOptions } from "./options.ts";
import { rewrite } from "./rewrite.ts";

const patchTypes: ReadonlySet<string> = new Set<PatchType>([
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);

/** Answers PUT of an object, or of its status. */
export async function update(call: Call): Promise<Answer> {
  const { object, warnings } = await readObject(call);
  call.warnings.push(...warnings);
  checkName(call, object);
  if (createsByUpdate(call)) return createdByUpdate(call, object);
  return answered(await modify(call, (stored) => beginUpdate(call.kind, stored, object, writeOptions(call))));
}

/** Kinds of which an update creates what isn't there. Source: the strategies of Kubernetes' registry. */
const createdByUpdates = new Set([
  "/endpoints",
  "/events",
  "/limitranges",
  "/services",
  "coordination.k8s.io/leases",
  "node.k8s.io/runtimeclasses",
  "rbac.authorization.k8s.io/clusterrolebindings",
  "rbac.authorization.k8s.io/clusterroles",
  "rbac.authorization.k8s.io/rolebindings",
  "rbac.authorization.k8s.io/roles",
]);

function createsByUpdate({ cluster, kind, route }: Call): boolean {
  if (!createdByUpdates.has(resourceKey(kind))) return false;
  if (route.subresource !== undefined && route.subresource !== "status") return false;
  return cluster.collection(kind).get(keyFor(route.namespace, route.name!)) === undefined;
}

/** Creates by an update, for those who may create. Throws StatusError 403, 409. */
async function createdByUpdate(call: Call, submitted: Json): Promise<Answer> {
  const { cluster, kind, route, user } = call;
  const { group, plural: resource } = kind;
  const { namespace = "" } = route;
  const attributes = { user, verb: "create", group, resource, subresource: "", namespace, name: route.name! };
  if (!isAllowed(cluster, attributes)) throw forbidden(kind, route.name!, refusal(attributes));
  const metadata = { ...(submitted["metadata"] as Record<string, unknown> | undefined) };
  if (metadata["uid"] !== undefined && metadata["uid"] !== "") {
    const why = `Precondition failed: UID in precondition: ${String(metadata["uid"])}, UID in object meta: `;
    throw conflict(kind, route.name!, why);
  }
  if (!metadata["name"]) throw nameless(route.name!);
  delete metadata["resourceVersion"];
  const draft = beginCreate(kind, { ...submitted, metadata } as Json, writeOptions(call));
  return { type: "object", status: 201, object: await store(call, draft.object) };
}

/** Answers PATCH of an object, or of its status. */
export async function patch(call: Call): Promise<Answer> {
  const type = mediaType(call);
  if (type === "application/apply-patch+yaml") return apply(call);
  if (!patchTypes.has(type)) {
    throw unsupportedMediaType([...patchTypes, "application/apply-patch+yaml"]);
  }
  const body = await readValue(call);
  const patch = { type: type as PatchType, body };
  return answered(await modify(call, (stored) => beginPatch(call.kind, stored, patch, writeOptions(call))));
}

/** Server-side apply: creates what doesn't exist yet. */
async function apply(call: Call): Promise<Answer> {
  const { object, warnings } = await readApplied(call);
  call.warnings.push(...warnings);
  checkName(call, object);
  const force = call.query.get("force") === "true";
  checkManager(call);
  const options = { ...writeOptions(call), force };
  const { cluster, kind, route } = call;
  const key = keyFor(route.namespace, route.name!);
  const absent = cluster.collection(kind).get(key) === undefined;
  if ((absent && route.subresource === undefined) || createsByUpdate(call)) {
    const draft = beginApply(kind, undefined, object, options);
    if (!draft.object.metadata.name) throw nameless(route.name!);
    call.warnings.push(...draft.warnings);
    const created = await store(call, draft.object).catch((error) => {
      // Somebody else created it meanwhile: then this is a change of theirs.
      if (error.reason === "AlreadyExists") return undefined;
      throw error;
    });
    if (created !== undefined) return { type: "object", status: 201, object: created };
  }
  return answered(await modify(call, (stored) => beginApply(kind, stored, object, options)));
}

/** An apply says in whose name it is. Throws StatusError 422. */
export function checkManager(call: Call): void {
  if (call.query.get("fieldManager")) return;
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    {
      reason: "FieldValueRequired",
      message: "Required value: is required for apply patch",
      field: "fieldManager",
    },
  ]);
}

/**
 * Changes the stored object by what `begin` drafts from it: the one way an object changes. `review` asks
 * admission. Removes an object whose deletion only waited for this. Throws StatusError.
 */
export async function modify(
  call: Call,
  begin: (stored: KubeObject) => Draft,
  subresource: string | undefined = call.route.subresource,
  review: ChangeReview = changeReview(call),
): Promise<KubeObject> {
  const { cluster, kind, route } = call;
  const key = keyFor(route.namespace, route.name!);
  const written = await rewrite(call, cluster.collection(kind), key, async (previous, held) => {
    const [before] = (await inVersionAsked(call, [previous.object])) as [KubeObject];
    const draft = begin(before);
    const mutated = await review.mutate(before, draft.object);
    const settled = settleChange(call, before, mutated, subresource);
    const { object, changed, warnings } = await finishUpdate(kind, before, settled, {
      subresource,
      now: call.parts.clock.now(),
    });
    await review.validate(before, object, held);
    call.warnings.push(...draft.warnings, ...warnings);
    if (!changed) return { object: previous.object, isWritten: false };
    const isWritten = !readDryRun(call);
    return { object: isWritten ? await inVersionStored(call, object) : object, isWritten };
  });
  if (written === undefined) throw notFound(kind, route.name!);
  return written.object;
}

function answered(object: KubeObject): Answer {
  return { type: "object", status: 200, object };
}

/** The path's name and the object's must be one. Throws StatusError 400. */
function checkName(call: Call, object: Json): void {
  checkNamespace(call, object);
  const { name } = (object["metadata"] ?? {}) as { readonly name?: string };
  if (name === undefined || name === "" || name === call.route.name) return;
  throw badRequest(
    `the name of the object (${name}) does not match the name on the URL (${call.route.name})`,
  );
}
