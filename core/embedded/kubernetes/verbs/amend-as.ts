import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type Actor, attributesOf } from "../admission/attributes.ts";
import { mutate, validate } from "../admission/chain.ts";
import { inVersionAsked, inVersionStored } from "../conversion/convert.ts";
import { keyFor } from "../storage/entry.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Changes a stored object as one of the server's own controllers: no field managers and no validation, but
 * admission is asked as about anybody's change. `change` gives the same object to leave it. Undefined when the
 * object doesn't exist. Throws StatusError when admission refuses.
 */
export async function amendAs(
  actor: Actor,
  at: { readonly namespace?: string | undefined; readonly name: string },
  change: (object: KubeObject) => KubeObject,
  subresource?: string,
): Promise<KubeObject | undefined> {
  const { cluster, kind } = actor;
  const key = keyFor(at.namespace, at.name);
  const amended = await rewrite(actor, cluster.collection(kind), key, async ({ object: stored }, held) => {
    const next = change(stored);
    if (next === stored) return { object: stored, isWritten: false };
    const [shown, before] = (await inVersionAsked(actor, [next, stored])) as [KubeObject, KubeObject];
    const attributes = attributesOf(actor, {
      operation: "UPDATE",
      namespace: at.namespace,
      name: at.name,
      subresource,
      object: shown,
      oldObject: before,
      options: { kind: "UpdateOptions", apiVersion: "meta.k8s.io/v1" },
      dryRun: false,
    });
    const object = (await mutate(attributes)) as KubeObject;
    await validate({ ...attributes, object }, held);
    return { object: await inVersionStored(actor, object), isWritten: true };
  });
  return amended?.object;
}
