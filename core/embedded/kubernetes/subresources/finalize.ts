import { isObject } from "@catalyst/base/json";
import { badRequest } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, notFound } from "../request/errors.ts";
import { amend } from "../verbs/amend.ts";
import { readValue } from "../verbs/body.ts";

/** Answers PUT of a Namespace's `finalize`: its `spec.finalizers` and nothing else. */
export async function finalize(call: Call): Promise<Answer> {
  const body = await readValue(call);
  if (!isObject(body)) throw badRequest("the body is no Namespace");
  const { resourceVersion } = (body["metadata"] ?? {}) as { readonly resourceVersion?: string };
  const { finalizers } = (body["spec"] ?? {}) as { readonly finalizers?: readonly string[] };
  const name = call.route.name!;
  const object = await amend(call.parts, call.cluster, call.kind, { name }, (stored) => {
    if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) {
      throw conflict(
        call.kind,
        name,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    }
    return { ...stored, spec: finalizers === undefined ? {} : { finalizers } };
  });
  if (object === undefined) throw notFound(call.kind, name);
  return { type: "object", status: 200, object };
}
