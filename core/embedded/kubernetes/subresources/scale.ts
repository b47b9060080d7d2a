import { jsonEqual } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type ChangeReview, reviewOfForm } from "../admission/reviews.ts";
import { inVersionAsked } from "../conversion/convert.ts";
import {
  type BeginScale,
  beginApply,
  beginPatch,
  beginUpdate,
  type Patch,
  scaleKindOf,
  scaleView,
  writeScale,
} from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { unsupportedMediaType } from "../request/errors.ts";
import { mediaType, readApplied, readObject, readValue } from "../verbs/body.ts";
import { writeOptions } from "../verbs/options.ts";
import { stored } from "../verbs/read.ts";
import { checkManager, modify } from "../verbs/update.ts";

/** Answers GET of an object's Scale. */
export async function getScale(call: Call): Promise<Answer> {
  return scaleOf(call, stored(call).object);
}

/** Answers PUT of a Scale. */
export async function updateScale(call: Call): Promise<Answer> {
  const decoded = await readObject(call, scaleKindOf(call.kind));
  call.warnings.push(...decoded.warnings);
  return scaled(call, (kind, scale) => beginUpdate(kind, scale, decoded.object, writeOptions(call)));
}

const patchTypes = new Set([
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);
const applyType = "application/apply-patch+yaml";

/** Answers PATCH of a Scale: what is patched, or applied, is the Scale, not the object behind it. */
export async function patchScale(call: Call): Promise<Answer> {
  const type = mediaType(call);
  if (type === applyType) {
    const { object, warnings } = await readApplied(call);
    call.warnings.push(...warnings);
    checkManager(call);
    const force = call.query.get("force") === "true";
    return scaled(call, (kind, scale) => beginApply(kind, scale, object, { ...writeOptions(call), force }));
  }
  if (!patchTypes.has(type)) throw unsupportedMediaType([...patchTypes, applyType]);
  const patch = { type, body: await readValue(call) } as Patch;
  return scaled(call, (kind, scale) => beginPatch(kind, scale, patch, writeOptions(call)));
}

async function scaled(call: Call, begin: BeginScale): Promise<Answer> {
  const { kind } = call;
  const object = await modify(
    call,
    (before) => writeScale(kind, before, begin),
    undefined,
    scaleReview(call),
  );
  return scaleOf(call, object);
}

async function scaleOf(call: Call, object: KubeObject): Promise<Answer> {
  const [shown] = await inVersionAsked(call, [object]);
  return document(scaleView(call.kind, shown!));
}

/** Admission sees the Scale, not the object behind it. */
function scaleReview(call: Call): ChangeReview {
  const { kind } = call;
  const form = (object: KubeObject) => scaleView(kind, object) as KubeObject;
  const review = reviewOfForm(call, form, { group: "autoscaling", version: "v1", kind: "Scale" });
  return {
    validate: review.validate,
    mutate: async (stored, draft) => {
      const asked = form(draft);
      const admitted = await review.mutate(stored, draft);
      if (jsonEqual(asked, admitted)) return draft;
      const begin: BeginScale = (scaleKind, scale) =>
        beginUpdate(scaleKind, scale, admitted, writeOptions(call));
      return writeScale(kind, stored, begin).object;
    },
  };
}
