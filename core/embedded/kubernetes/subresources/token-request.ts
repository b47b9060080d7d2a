import { rfc3339 } from "@catalyst/base/clock";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type Binding, issuerOf, signServiceAccountToken } from "../access/service-account-token.ts";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest, builtinType, type FieldFault, invalid, type ResourceKind } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, notFound } from "../request/errors.ts";
import { readObject } from "../verbs/body.ts";
import { checkNamespace } from "../verbs/create.ts";
import { stored } from "../verbs/read.ts";

/** Shortest and longest life of a token, and what is given when nothing is asked for (seconds); upstream's. */
const shortest = 600;
const longest = 2 ** 32;
const usual = 3600;

/** What a node asks for, for the Pods on it; such a token is good for longer and says when to fetch the next. */
const nodesLifetime = 3607;
const extendedLifetime = 365 * 24 * 3600;

interface Spec {
  readonly audiences?: readonly string[] | null;
  readonly expirationSeconds?: number | null;
  readonly boundObjectRef?: {
    readonly kind?: string;
    readonly apiVersion?: string;
    readonly name?: string;
    readonly uid?: string;
  } | null;
}

type Sent = Readonly<{ metadata?: { name?: string; namespace?: string; uid?: string }; spec?: Spec }>;

/** Answers POST of a TokenRequest: a signed token for a ServiceAccount. Throws StatusError 400, 404, 409, 422. */
export async function requestToken(call: Call): Promise<Answer> {
  const { object, warnings } = await readObject(call, tokenRequestKind());
  call.warnings.push(...warnings);
  checkNamespace(call, object);
  const { metadata = {}, spec = {} } = (await reviewPosted(call, object)) as Sent;
  const account = accountFor(call, metadata);
  const expirationSeconds = spec.expirationSeconds ?? usual;
  checkLifetime(expirationSeconds);
  const own = issuerOf(call.cluster);
  const asked = spec.audiences ?? [];
  const audiences = asked.length === 0 ? [own] : asked;
  const binding = bindingFor(call, account, spec.boundObjectRef);
  const issuedAt = Math.floor(call.parts.clock.now() / 1000);
  const isExtended =
    binding.pod !== undefined &&
    expirationSeconds === nodesLifetime &&
    audiences.every((audience) => audience === own);
  const { name, namespace, uid } = account.metadata;
  const token = signServiceAccountToken(call.cluster, {
    namespace: namespace!,
    account: { name, uid },
    audiences,
    issuedAt,
    expiresAt: issuedAt + (isExtended ? extendedLifetime : expirationSeconds),
    warnAfter: isExtended ? issuedAt + expirationSeconds : undefined,
    id: call.parts.uid(),
    binding,
  });
  return document(
    {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, uid, creationTimestamp: rfc3339(issuedAt * 1000) },
      spec: { audiences, expirationSeconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token, expirationTimestamp: rfc3339((issuedAt + expirationSeconds) * 1000) },
    },
    201,
  );
}

const group = "authentication.k8s.io";
let kind: ResourceKind | undefined;

/** The kind of the body; no resource of its own. */
function tokenRequestKind(): ResourceKind {
  kind ??= {
    group,
    version: "v1",
    apiVersion: `${group}/v1`,
    kind: "TokenRequest",
    listKind: "",
    plural: "tokenrequests",
    singular: "tokenrequest",
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ["create"],
    subresources: [],
    storageVersionHash: "",
    schema: builtinType("io.k8s.api.authentication.v1.TokenRequest"),
  };
  return kind;
}

function accountFor(call: Call, metadata: NonNullable<Sent["metadata"]>): KubeObject {
  const name = call.route.name!;
  if (metadata.name !== undefined && metadata.name !== "" && metadata.name !== name) {
    const message = `Invalid value: ${JSON.stringify(metadata.name)}: must match the service account name if specified`;
    refuse(name, { reason: "FieldValueInvalid", message, field: "metadata.name" });
  }
  const { object: account } = stored(call);
  const { uid } = account.metadata;
  if (metadata.uid !== undefined && metadata.uid !== "" && metadata.uid !== uid) {
    const why = `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`;
    throw conflict({ group, plural: "TokenRequest" }, name, why);
  }
  return account;
}

function checkLifetime(seconds: number): void {
  if (seconds >= shortest && seconds <= longest) return;
  const limit = seconds < shortest ? "less than 10 minutes" : "larger than 2^32 seconds";
  const message = `Invalid value: ${seconds}: may not specify a duration ${limit}`;
  refuse("", { reason: "FieldValueInvalid", message, field: "spec.expirationSeconds" });
}

function refuse(name: string, fault: FieldFault): never {
  throw invalid({ group, kind: "TokenRequest" }, name, [fault]);
}

/** What the token ends with, looked up. */
function bindingFor(call: Call, account: KubeObject, reference: Spec["boundObjectRef"]): Binding {
  if (reference === undefined || reference === null) return {};
  const { kind = "", apiVersion = "", name = "", uid } = reference;
  const plural = apiVersion === "v1" ? boundResources[kind] : undefined;
  if (plural === undefined) {
    const type = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
    throw badRequest(`cannot bind token to object of type ${type}, Kind=${kind}`);
  }
  const object = call.cluster.find(`/${plural}`, kind === "Node" ? undefined : call.route.namespace, name);
  if (object === undefined) throw notFound({ group: "", plural }, name);
  const spec = object.spec as { serviceAccountName?: string; nodeName?: string } | undefined;
  if (kind === "Pod" && spec?.serviceAccountName !== account.metadata.name) {
    const { name } = account.metadata;
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
    );
  }
  if (uid && object.metadata.uid !== uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: "", plural: kind }, name, why);
  }
  const own = { [kind.toLowerCase()]: { name, uid: object.metadata.uid } };
  return kind === "Pod" && spec?.nodeName ? { ...own, node: nodeOf(call, spec.nodeName) } : own;
}

const boundResources: Readonly<Record<string, string>> = { Pod: "pods", Secret: "secrets", Node: "nodes" };

/** A Pod's node, whether or not it is there. */
function nodeOf(call: Call, name: string) {
  const uid = call.cluster.find("/nodes", undefined, name)?.metadata.uid;
  return { name, ...(uid === undefined ? {} : { uid }) };
}
