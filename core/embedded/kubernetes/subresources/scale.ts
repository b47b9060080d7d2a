import { isObject, jsonEqual } from "@catalyst/base/json";
import { type ChangeReview, reviewOfForm } from "../admission/reviews.ts";
import { badRequest, type Json, type KubeObject, readScale, writeScale } from "../machinery/index.ts";
import { applyJsonPatch } from "../machinery/patch/json-patch.ts";
import { applyMergePatch } from "../machinery/patch/merge-patch.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { unsupportedMediaType } from "../request/errors.ts";
import { mediaType, readValue } from "../verbs/body.ts";
import { writeOptions } from "../verbs/options.ts";
import { stored } from "../verbs/read.ts";
import { modify } from "../verbs/update.ts";

/** Answers GET of an object's Scale. */
export async function getScale(call: Call): Promise<Answer> {
  return document(readScale(call.kind, call.cluster.view(call.kind, stored(call).object)));
}

/** Answers PUT of a Scale. */
export async function updateScale(call: Call): Promise<Answer> {
  const scale = await readValue(call);
  return scaled(call, () => scale);
}

/** Answers PATCH of a Scale: what is patched is the Scale, not the object behind it. */
export async function patchScale(call: Call): Promise<Answer> {
  const type = mediaType(call);
  const patch = await readValue(call);
  const apply = patchers[type];
  if (apply === undefined) throw unsupportedMediaType(Object.keys(patchers));
  return scaled(call, (scale) => apply(scale, patch));
}

/** A Scale has no lists, so a strategic merge is a plain one. */
const patchers: Readonly<Record<string, (scale: unknown, patch: unknown) => unknown>> = {
  "application/merge-patch+json": applyMergePatch,
  "application/strategic-merge-patch+json": applyMergePatch,
  "application/json-patch+json": applyJsonPatch,
};

async function scaled(call: Call, change: (scale: Json) => unknown): Promise<Answer> {
  const { kind, cluster } = call;
  const object = await modify(
    call,
    (before) => {
      const scale = change(readScale(kind, before));
      if (!isObject(scale)) throw badRequest("the body is no Scale");
      return writeScale(kind, before, scale, writeOptions(call));
    },
    undefined,
    scaleReview(call),
  );
  return document(readScale(kind, cluster.view(kind, object)));
}

/** Admission sees the Scale, not the object behind it. */
function scaleReview(call: Call): ChangeReview {
  const { kind } = call;
  const form = (object: KubeObject) => readScale(kind, object) as KubeObject;
  const review = reviewOfForm(call, form, { group: "autoscaling", version: "v1", kind: "Scale" });
  return {
    validate: review.validate,
    mutate: async (stored, draft) => {
      const asked = form(draft);
      const admitted = await review.mutate(stored, draft);
      return jsonEqual(asked, admitted)
        ? draft
        : writeScale(kind, stored, admitted, writeOptions(call)).object;
    },
  };
}
