import type { KubeObject } from "@catalyst/ports/kubernetes";
import { mutate, validate } from "../admission/chain.ts";
import { holding } from "../admission/holding.ts";
import { settleNew } from "../admission/registry.ts";
import { createAttributes } from "../admission/reviews.ts";
import { inVersionStored } from "../conversion/convert.ts";
import { badRequest, beginCreate, finishCreate, type Json } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { alreadyExists } from "../request/errors.ts";
import { keyFor } from "../storage/entry.ts";
import { readDryRun, readObject } from "./body.ts";
import { writeOptions } from "./options.ts";

/** Names tried for `generateName` before giving up; upstream's. */
const nameAttempts = 8;

/** Answers POST of an object. */
export async function create(call: Call): Promise<Answer> {
  const { object, warnings } = await readObject(call);
  call.warnings.push(...warnings);
  checkNamespace(call, object);
  const draft = beginCreate(call.kind, object, writeOptions(call));
  call.warnings.push(...draft.warnings);
  return { type: "object", status: 201, object: await store(call, draft.object) };
}

/** Admits a drafted object, completes and stores it (unless on trial). Throws StatusError. */
export async function store(call: Call, draft: KubeObject): Promise<KubeObject> {
  const { parts, kind, route } = call;
  const attributes = createAttributes(call, inNamespace(call, draft));
  const admitted = settleNew(call, (await mutate(attributes)) as KubeObject);
  const generated = !admitted.metadata.name && admitted.metadata.generateName !== undefined;
  for (let attempt = 1; ; attempt++) {
    const { object, warnings } = await finishCreate(kind, admitted, {
      uid: parts.uid(),
      now: parts.clock.now(),
      nameSuffix: parts.nameSuffix,
      namespace: route.namespace,
    });
    const created = await holding(async (held) => {
      await validate({ ...attributes, name: attributes.name || object.metadata.name, object }, held);
      return insert(call, object);
    });
    if (created !== undefined) {
      call.warnings.push(...warnings);
      return created;
    }
    if (!generated || attempt === nameAttempts) {
      const { name, namespace } = object.metadata;
      const holder = call.cluster.collection(kind).get(keyFor(namespace, name))?.object;
      throw alreadyExists(kind, name, holder?.metadata.deletionTimestamp !== undefined);
    }
  }
}

function inNamespace({ kind, route }: Call, draft: KubeObject): KubeObject {
  const { namespace } = route;
  if (!kind.namespaced || namespace === undefined || draft.metadata.namespace === namespace) return draft;
  return { ...draft, metadata: { ...draft.metadata, namespace } };
}

/** Undefined when the name is taken. */
function insert(call: Call, object: KubeObject): Promise<KubeObject | undefined> {
  const { cluster, kind, parts } = call;
  const collection = cluster.collection(kind);
  const key = keyFor(object.metadata.namespace, object.metadata.name);
  return collection.exclusively(key, async () => {
    if (collection.get(key) !== undefined) return undefined;
    if (readDryRun(call)) return object;
    const stored = await inVersionStored(call, object);
    const [entry] = await parts.storage.write([{ collection, key, object: stored, previous: undefined }]);
    return entry!.object;
  });
}

/** The path's namespace and the object's must be one. Throws StatusError 400. */
export function checkNamespace(call: Call, object: Json): void {
  const { namespace } = (object["metadata"] ?? {}) as { readonly namespace?: string };
  if (namespace === undefined || namespace === "" || namespace === call.route.namespace) return;
  if (!call.kind.namespaced) throw badRequest("namespace may not be set on a cluster-scoped object");
  throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}
