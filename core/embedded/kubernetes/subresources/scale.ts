import { jsonEqual } from "@catalyst/base/json";
import { type ChangeReview, reviewOfForm } from "../admission/reviews.ts";
import { inVersionAsked } from "../conversion/convert.ts";
import {
  type BeginScale,
  beginApply,
  beginPatch,
  beginUpdate,
  type KubeObject,
  type Patch,
  readScale,
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
  const [shown] = await inVersionAsked(call, [stored(call).object]);
  return document(readScale(call.kind, shown!));
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
  const change = (before: KubeObject) => writeScale(kind, before, begin);
  const object = await modify(call, change, undefined, scaleReview(call));
  const [shown] = await inVersionAsked(call, [object]);
  return document(scaleView(kind, shown!));
}

/** Admission sees the Scale, not the object behind it. */
function scaleReview(call: Call): ChangeReview {
  const { kind } = call;
  const form = (object: KubeObject) => scaleView(kind, object) as KubeObject;
  const review = reviewOfForm(call, form, { group: "autoscaling", version: "v1", kind: "Scale" });
  return {
    validate: review.validate,
    mutate: async (stored, draft) => {
      const admitted = await review.mutate(stored, draft);
      if (jsonEqual(form(draft), admitted)) return draft;
      // What admission changes becomes nobody's field, as upstream.
      const change: BeginScale = (_kind, { metadata }) => ({
        object: { ...admitted, metadata },
        warnings: [],
      });
      return writeScale(kind, draft, change).object;
    },
  };
}
