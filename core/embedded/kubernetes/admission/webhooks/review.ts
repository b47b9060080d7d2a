import { isObject } from "@catalyst/base/json";
import type { Json, ResourceKind } from "../../machinery/index.ts";
import type { Attributes } from "../attributes.ts";
import type { Match } from "../match/match.ts";
import { HookFault } from "./hook-fault.ts";

const versions = ["v1", "v1beta1"] as const;
type ReviewVersion = (typeof versions)[number];

/** An AdmissionReview to send, and what its answer must fit. */
export interface Review {
  readonly uid: string;
  readonly version: ReviewVersion;
  readonly body: Json;
}

/** What a webhook said. */
export interface Verdict {
  readonly allowed: boolean;
  /** meta/v1 Status that explains a refusal. */
  readonly result: Json | undefined;
  /** JSON patch in base64. */
  readonly patch: string | undefined;
  readonly patchType: string | undefined;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** Makes the review of a write whose objects are in the form of the match, in the first version a webhook lists that is known. Throws HookFault. */
export function reviewOf(attributes: Attributes, match: Match, accepted: readonly string[]): Review {
  const version = accepted.find((item) => versions.includes(item as ReviewVersion)) as ReviewVersion;
  if (version === undefined) {
    throw new HookFault(
      `could not create admission objects: webhook does not accept known AdmissionReview versions (${versions.join(", ")})`,
    );
  }
  const uid = attributes.parts.uid();
  const request = { uid, ...requestOf(attributes, match), ...objectsOf(attributes) };
  return {
    uid,
    version,
    body: { kind: "AdmissionReview", apiVersion: `admission.k8s.io/${version}`, request },
  };
}

/** An AdmissionRequest without its objects; CEL sees the same as `request`. */
export function requestOf(attributes: Attributes, match: Match): Record<string, unknown> {
  const { subresource, name, namespace, operation, user, dryRun, options } = attributes;
  return {
    kind: match.objectKind,
    resource: resourceOf(match.kind),
    ...(subresource === "" ? {} : { subResource: subresource }),
    requestKind: attributes.objectKind,
    requestResource: resourceOf(attributes.kind),
    ...(subresource === "" ? {} : { requestSubResource: subresource }),
    ...(name === "" ? {} : { name }),
    ...(namespace === "" ? {} : { namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid === undefined || user.uid === "" ? {} : { uid: user.uid }),
      groups: user.groups,
      ...(user.extra === undefined ? {} : { extra: user.extra }),
    },
    dryRun,
    options,
  };
}

function objectsOf({ object, oldObject }: Attributes) {
  return {
    object: object ?? null,
    oldObject: oldObject ?? null,
  };
}

function resourceOf({ group, version, plural }: ResourceKind) {
  return { group, version, resource: plural };
}

/** Reads the answer to a review. `mutating`: it may hold a patch. Throws HookFault. */
export function verdictOf(review: Review, answer: unknown, mutating: boolean): Verdict {
  const { response, apiVersion = "", kind = "" } = isObject(answer) ? answer : {};
  const other = versions.find(
    (version) => version !== review.version && apiVersion === `admission.k8s.io/${version}`,
  );
  if (other !== undefined && kind === "AdmissionReview") {
    const types = `(${other}.AdmissionReview) to (${review.version}.AdmissionReview)`;
    throw new HookFault(`failed to call webhook: converting ${types}: unknown conversion`);
  }
  if (!isObject(response)) throw invalid("webhook response was absent");
  if (review.version === "v1") {
    if (response["uid"] !== review.uid) {
      throw invalid(`expected response.uid=${JSON.stringify(review.uid)}, got ${quoted(response["uid"])}`);
    }
    const wanted = "admission.k8s.io/v1, Kind=AdmissionReview";
    const given = `${String(apiVersion).includes("/") ? "" : "/"}${String(apiVersion)}, Kind=${String(kind)}`;
    if (given !== wanted) throw invalid(`expected webhook response of ${wanted}, got ${given}`);
    checkPatch(response, mutating);
  }
  const patch = mutating ? text(response["patch"]) : undefined;
  // A v1beta1 webhook need not say of what type its patch is.
  const patchType = review.version === "v1" ? text(response["patchType"]) : "JSONPatch";
  return {
    allowed: response["allowed"] === true,
    result: isObject(response["status"]) ? response["status"] : undefined,
    patch: patch === "" ? undefined : patch,
    patchType,
    warnings: Array.isArray(response["warnings"]) ? response["warnings"].map(String) : [],
    auditAnnotations: textsOf(response["auditAnnotations"]),
  };
}

function checkPatch(response: Json, mutating: boolean): void {
  const hasPatch = (text(response["patch"]) ?? "") !== "";
  const type = text(response["patchType"]);
  if (!mutating) {
    if (hasPatch) throw invalid("validating webhook may not return response.patch");
    if (type !== undefined) throw invalid("validating webhook may not return response.patchType");
    return;
  }
  if (hasPatch && type === undefined) {
    throw invalid("webhook returned response.patch but not response.patchType");
  }
  if (!hasPatch && type !== undefined) {
    throw invalid("webhook returned response.patchType but not response.patch");
  }
  if (type === "") throw invalid('webhook returned invalid response.patchType of ""');
}

function invalid(why: string): HookFault {
  return new HookFault(`received invalid webhook response: ${why}`);
}

function quoted(value: unknown): string {
  return JSON.stringify(typeof value === "string" ? value : "");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
