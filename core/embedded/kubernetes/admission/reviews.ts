import type { KubeObject } from "@catalyst/ports/kubernetes";
import { apiVersionFor } from "../cluster/kinds.ts";
import { inVersionAsked } from "../conversion/convert.ts";
import type { Json } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { readDryRun } from "../verbs/body.ts";
import type { DeleteOptions } from "../verbs/delete-options.ts";
import { type Actor, type Attributes, actorOf, attributesOf, type GroupVersionKind } from "./attributes.ts";
import { admit, mutate, validate } from "./chain.ts";
import { deleteOptionsOf, writeOptionsOf } from "./write-options.ts";

/** What admission says of a change of a stored object; both halves throw StatusError. */
export interface ChangeReview {
  /** Gives the draft as it is to be written. */
  mutate(stored: KubeObject, draft: KubeObject): Promise<KubeObject>;
  /** Judges it as it will be stored. */
  validate(stored: KubeObject, object: KubeObject, held: DisposableStack): Promise<void>;
}

/** Reviews a create. `draft` is yet without what the server gives it. */
export function createAttributes(call: Call, draft: KubeObject): Attributes {
  return attributesOf(actorOf(call), {
    operation: "CREATE",
    namespace: call.route.namespace,
    name: call.route.name ?? draft.metadata.name ?? "",
    object: draft,
    oldObject: undefined,
    options: writeOptionsOf(call, "CreateOptions"),
    dryRun: readDryRun(call),
  });
}

/** Reviews changes of the object itself, or through a subresource that is of its type. */
export function changeReview(call: Call): ChangeReview {
  return reviewOfForm(call, (object) => object, undefined);
}

/** Reviews changes through a subresource that shows the object in another form. */
export function reviewOfForm(
  call: Call,
  form: (object: KubeObject) => KubeObject,
  objectKind: GroupVersionKind | undefined,
): ChangeReview {
  const attributes = (stored: KubeObject, object: KubeObject) =>
    attributesOf(actorOf(call), {
      operation: "UPDATE",
      namespace: call.route.namespace,
      name: call.route.name ?? "",
      subresource: call.route.subresource,
      object: form(object),
      oldObject: form(stored),
      options: writeOptionsOf(call, "UpdateOptions"),
      dryRun: readDryRun(call),
      ...(objectKind === undefined ? {} : { objectKind }),
    });
  return {
    mutate: async (stored, draft) => (await mutate(attributes(stored, draft))) as KubeObject,
    validate: (stored, object, held) => validate(attributes(stored, object), held),
  };
}

/** Reviews a deletion; `name` is empty for that of a collection. Throws StatusError. */
export function deletionReview(
  actor: Actor,
  at: { readonly namespace?: string | undefined; readonly name: string },
  options: DeleteOptions,
): (stored: KubeObject) => Promise<void> {
  return async (stored) => {
    const [oldObject] = await inVersionAsked(actor, [stored]);
    await admit(
      attributesOf(actor, {
        operation: "DELETE",
        namespace: at.namespace,
        name: at.name,
        object: undefined,
        oldObject,
        options: deleteOptionsOf(options),
        dryRun: options.dryRun ?? false,
      }),
    );
  };
}

/**
 * Reviews what is posted to a subresource that stores nothing of its own (a Binding, an Eviction). Throws
 * StatusError.
 */
export async function reviewPosted(call: Call, posted: Json): Promise<KubeObject> {
  const { kind, route } = call;
  const own = kind.subresources.find(({ name }) => name === route.subresource) ?? kind;
  const { group = kind.group, version = kind.version } = own;
  const { namespace } = route;
  const metadata = { ...(posted["metadata"] as object), ...(namespace === undefined ? {} : { namespace }) };
  const object = {
    ...posted,
    apiVersion: apiVersionFor(group, version),
    kind: own.kind,
    metadata,
  } as KubeObject;
  const attributes = attributesOf(actorOf(call), {
    operation: "CREATE",
    namespace: route.namespace,
    name: route.name ?? object.metadata.name ?? "",
    subresource: route.subresource,
    object,
    oldObject: undefined,
    options: writeOptionsOf(call, "CreateOptions"),
    dryRun: readDryRun(call),
    objectKind: { group, version, kind: own.kind },
  });
  return (await admit(attributes)) as KubeObject;
}

/**
 * Reviews a connection (exec, attach, port-forward, proxy); `options` is its PodExecOptions or the like. Throws
 * StatusError.
 */
export async function reviewConnection(call: Call, options: KubeObject): Promise<void> {
  const { kind, route } = call;
  await admit(
    attributesOf(actorOf(call), {
      operation: "CONNECT",
      namespace: route.namespace,
      name: route.name ?? "",
      subresource: route.subresource,
      object: options,
      oldObject: undefined,
      options: null,
      dryRun: false,
      objectKind: { group: kind.group, version: kind.version, kind: options.kind },
    }),
  );
}
