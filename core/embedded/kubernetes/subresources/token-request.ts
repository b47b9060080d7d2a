import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { type BoundObject, issuerOf, signServiceAccountToken } from "../access/service-account-token.ts";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest, invalid } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { notFound } from "../request/errors.ts";
import { readValue } from "../verbs/body.ts";
import { stored } from "../verbs/read.ts";

/** Shortest and longest life of a token, and what is given when nothing is asked for (seconds); upstream's. */
const shortest = 600;
const longest = 2 ** 32;
const usual = 3600;

/** Answers POST of a TokenRequest: a signed token for a ServiceAccount. */
export async function requestToken(call: Call): Promise<Answer> {
  const posted = await readValue(call);
  const { object: account } = stored(call);
  const body = await reviewPosted(call, isObject(posted) ? posted : {});
  const spec = isObject(body["spec"]) ? body["spec"] : {};
  const lifetime = readLifetime(spec["expirationSeconds"]);
  const asked = Array.isArray(spec["audiences"]) ? spec["audiences"].map(String) : [];
  const audiences = asked.length === 0 ? [issuerOf(call.cluster)] : asked;
  const issuedAt = Math.floor(call.parts.clock.now() / 1000);
  const token = signServiceAccountToken(call.cluster, {
    namespace: account.metadata.namespace!,
    name: account.metadata.name,
    uid: account.metadata.uid!,
    audiences,
    issuedAt,
    expiresAt: issuedAt + lifetime,
    id: call.parts.uid(),
    bound: readBound(call, spec["boundObjectRef"]),
  });
  const status = { token, expirationTimestamp: rfc3339((issuedAt + lifetime) * 1000) };
  const { name, namespace } = account.metadata;
  return document(
    {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, creationTimestamp: rfc3339(issuedAt * 1000) },
      spec: {
        ...spec,
        audiences,
        expirationSeconds: lifetime,
        boundObjectRef: spec["boundObjectRef"] ?? null,
      },
      status,
    },
    201,
  );
}

function readLifetime(value: unknown): number {
  const seconds = value === undefined || value === null ? usual : Number(value);
  if (seconds >= shortest && seconds <= longest) return seconds;
  const limit = seconds < shortest ? "less than 10 minutes" : "larger than 2^32 seconds";
  throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
    {
      reason: "FieldValueInvalid",
      message: `Invalid value: ${seconds}: may not specify a duration ${limit}`,
      field: "spec.expirationSeconds",
    },
  ]);
}

const boundResources: Readonly<Record<string, string>> = { Pod: "pods", Secret: "secrets" };

function readBound(call: Call, reference: unknown): BoundObject | undefined {
  if (!isObject(reference)) return undefined;
  const { kind, name, uid } = reference as Record<string, string>;
  const plural = boundResources[kind ?? ""];
  if (plural === undefined) throw badRequest(`cannot bind token for serviceaccount to object kind ${kind}`);
  const object = call.cluster.find(`/${plural}`, call.route.namespace, name ?? "");
  if (object === undefined || (uid && object.metadata.uid !== uid)) {
    throw notFound({ group: "", plural }, name ?? "");
  }
  return { kind: kind as BoundObject["kind"], name: name!, uid: object.metadata.uid! };
}
