import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type Json, setOwn } from "../machinery/index.ts";

/** An answer of a conversion webhook that can't be taken. `isComplete`: the text says all, without a "failed". */
export class ConversionFault extends CatalystError {
  readonly isComplete: boolean;

  constructor(message: string, isComplete = false) {
    super("kubernetes-conversion-failed", message);
    this.isComplete = isComplete;
  }
}

const group = "apiextensions.k8s.io";
const understood = ["v1", "v1beta1"];

/** What is sent to a webhook. */
export type ConversionReview = Json & {
  readonly kind: "ConversionReview";
  readonly apiVersion: string;
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly KubeObject[];
  };
};

/** The question to a webhook, in the first version both understand. Throws ConversionFault. */
export function reviewOf(
  versions: readonly string[],
  uid: string,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
): ConversionReview {
  const version = versions.find((one) => understood.includes(one));
  if (version === undefined) throw new ConversionFault("no supported conversion review versions");
  return {
    kind: "ConversionReview",
    apiVersion: `${group}/${version}`,
    request: { uid, desiredAPIVersion, objects },
  };
}

/**
 * The objects a webhook gives back for those it was given. Labels and annotations may differ, other metadata is
 * taken from what was given. Throws ConversionFault, worded as upstream words it.
 */
export function convertedObjects(
  review: ConversionReview,
  answer: unknown,
  given: readonly KubeObject[],
  apiVersion: string,
): readonly KubeObject[] {
  const converted = objectsOf(review, answer);
  if (converted.length !== given.length) {
    throw new ConversionFault(`returned ${converted.length} objects, expected ${given.length}`, true);
  }
  return given.map((object, index) => checked(object, converted[index], apiVersion, index));
}

function objectsOf(review: ConversionReview, answer: unknown): readonly unknown[] {
  if (!isObject(answer)) throw new ConversionFault("no response provided");
  const isStrict = review.apiVersion.endsWith("/v1");
  const { apiVersion, kind, response } = answer;
  if (isStrict && (apiVersion !== review.apiVersion || kind !== "ConversionReview")) {
    const wanted = `${group}/v1, Kind=ConversionReview`;
    throw new ConversionFault(
      `expected webhook response of ${wanted}, got ${String(apiVersion ?? "")}, Kind=${String(kind ?? "")}`,
    );
  }
  if (!isObject(response)) throw new ConversionFault("no response provided");
  const { uid } = review.request;
  if (isStrict && response["uid"] !== uid) {
    throw new ConversionFault(
      `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response["uid"] ?? "")}`,
    );
  }
  const result = isObject(response["result"]) ? response["result"] : {};
  if (result["status"] !== "Success") {
    const { message } = result;
    if (typeof message === "string" && message !== "") throw new ConversionFault(message);
    throw new ConversionFault(
      `response.result.status was '${String(result["status"] ?? "")}', not 'Success'`,
    );
  }
  return Array.isArray(response["convertedObjects"]) ? response["convertedObjects"] : [];
}

function checked(given: KubeObject, converted: unknown, apiVersion: string, index: number): KubeObject {
  const refuse = (why: string) => new ConversionFault(`returned invalid object${why}`, true);
  if (!isObject(converted)) throw refuse(` at index ${index}: it is no object`);
  if (converted["apiVersion"] !== apiVersion) {
    const received = String(converted["apiVersion"] ?? "");
    throw refuse(` at index ${index}: invalid groupVersion (expected ${apiVersion}, received ${received})`);
  }
  if (converted["kind"] !== given.kind) {
    const received = String(converted["kind"] ?? "");
    throw refuse(` at index ${index}: invalid kind (expected ${given.kind}, received ${received})`);
  }
  const { metadata } = converted;
  if (!isObject(metadata)) {
    throw new ConversionFault("returned invalid metadata: missing metadata in converted object", true);
  }
  const own = given.metadata as unknown as Readonly<Record<string, unknown>>;
  for (const [field, name] of sameFields) {
    const [before, after] = [own[field] ?? "", metadata[field] ?? ""];
    if (before !== after) throw refuse(`: must have the same ${name}: ${String(before)} != ${String(after)}`);
  }
  return { ...converted, metadata: restored(own, metadata) } as unknown as KubeObject;
}

const sameFields = [
  ["name", "name"],
  ["namespace", "namespace"],
  ["uid", "UID"],
] as const;

function restored(own: Readonly<Record<string, unknown>>, answered: Json): Readonly<Record<string, unknown>> {
  const { labels: _labels, annotations: _annotations, ...rest } = own;
  const kept: Record<string, unknown> = { ...rest };
  for (const name of ["labels", "annotations"]) {
    const value = answered[name];
    if (!isObject(value) || Object.keys(value).length === 0) continue;
    const texts: Record<string, unknown> = {};
    for (const key of Object.keys(value)) if (typeof value[key] === "string") setOwn(texts, key, value[key]);
    kept[name] = texts;
  }
  return kept;
}
