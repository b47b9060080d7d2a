import { isObject } from "@catalyst/base/json";
import { changeReview } from "../admission/reviews.ts";
import { badRequest } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, notFound } from "../request/errors.ts";
import { keyFor } from "../storage/entry.ts";
import { readDryRun, readValue } from "../verbs/body.ts";
import { rewrite } from "../verbs/rewrite.ts";

/** Answers PUT of a Namespace's `finalize`: its `spec.finalizers` and nothing else. */
export async function finalize(call: Call): Promise<Answer> {
  const body = await readValue(call);
  if (!isObject(body)) throw badRequest("the body is no Namespace");
  const { resourceVersion } = (body["metadata"] ?? {}) as { readonly resourceVersion?: string };
  const { finalizers } = (body["spec"] ?? {}) as { readonly finalizers?: readonly string[] };
  const name = call.route.name!;
  const review = changeReview(call);
  const collection = call.cluster.collection(call.kind);
  const written = await rewrite(call, collection, keyFor(undefined, name), async ({ object: stored }) => {
    if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) {
      throw conflict(
        call.kind,
        name,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    }
    const draft = { ...stored, spec: finalizers === undefined ? {} : { finalizers } };
    const object = await review.mutate(stored, draft);
    await review.validate(stored, object);
    return { object, isWritten: !readDryRun(call) };
  });
  if (written === undefined) throw notFound(call.kind, name);
  return { type: "object", status: 200, object: written.object };
}
