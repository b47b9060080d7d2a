import type { KubeObject } from "@catalyst/ports/kubernetes";
import { settleChange } from "../admission/registry.ts";
import { type ChangeReview, changeReview } from "../admission/reviews.ts";
import {
  badRequest,
  beginApply,
  beginPatch,
  beginUpdate,
  type Draft,
  finishUpdate,
  invalid,
  type Json,
  type PatchType,
} from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { notFound, unsupportedMediaType } from "../request/errors.ts";
import { keyFor } from "../storage/entry.ts";
import { mediaType, readDryRun, readObject, readValue } from "./body.ts";
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
  return answered(await modify(call, (stored) => beginUpdate(call.kind, stored, object, writeOptions(call))));
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
  const { object, warnings } = await readObject(call);
  call.warnings.push(...warnings);
  checkName(call, object);
  const force = call.query.get("force") === "true";
  if (!call.query.get("fieldManager")) {
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      {
        reason: "FieldValueRequired",
        message: "Required value: is required for apply patch",
        field: "fieldManager",
      },
    ]);
  }
  const options = { ...writeOptions(call), force };
  const { cluster, kind, route } = call;
  const key = keyFor(route.namespace, route.name!);
  if (cluster.collection(kind).get(key) === undefined && route.subresource === undefined) {
    const draft = beginApply(kind, undefined, object, options);
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

/**
 * Changes the stored object by what `begin` drafts from it: the one way an object changes. `review` asks admission.
 * Removes an object whose deletion only waited for this. Throws StatusError.
 */
export async function modify(
  call: Call,
  begin: (stored: KubeObject) => Draft,
  subresource: string | undefined = call.route.subresource,
  review: ChangeReview = changeReview(call),
): Promise<KubeObject> {
  const { cluster, kind, route } = call;
  const key = keyFor(route.namespace, route.name!);
  const written = await rewrite(call, cluster.collection(kind), key, async (previous) => {
    const before = cluster.view(kind, previous.object);
    const draft = begin(before);
    const mutated = await review.mutate(before, draft.object);
    const settled = settleChange(call, before, mutated, subresource);
    const { object, changed, warnings } = finishUpdate(kind, before, settled, { subresource });
    await review.validate(before, object);
    call.warnings.push(...draft.warnings, ...warnings);
    if (!changed) return { object: previous.object, isWritten: false };
    const isWritten = !readDryRun(call);
    return { object: isWritten ? cluster.stored(kind, object) : object, isWritten };
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
