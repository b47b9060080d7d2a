import type { KubeObject } from "@catalyst/ports/kubernetes";
import { serviceAccountUser } from "../access/user.ts";
import type { Json } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** Names the type of an object. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Who does something to a resource, whether it came as a request or is the server's own doing. */
export interface Actor
  extends Pick<Call, "parts" | "cluster" | "user" | "kind" | "warnings" | "annotations"> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One write on its way, as admission sees it; upstream's admission.Attributes. Objects in it are never changed.
 */
export interface Attributes extends Actor {
  readonly operation: Operation;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** The type of `object`, which for some subresources isn't the resource's own (a Scale, an Eviction). */
  readonly objectKind: GroupVersionKind;
  /** For a Namespace its own name, as upstream has it; empty for other cluster-scoped resources. */
  readonly namespace: string;
  /** Empty for a name that is still to be generated, and in the deletion of a collection. */
  readonly name: string;
  /** Undefined for a deletion. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  /** CreateOptions, UpdateOptions or DeleteOptions of meta.k8s.io/v1; null for CONNECT. */
  readonly options: Json | null;
  readonly dryRun: boolean;
}

/** What differs from one write of an actor to the next. */
export type Write = Pick<Attributes, "operation" | "object" | "oldObject" | "options" | "dryRun"> & {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource?: string | undefined;
  /** The resource's own unless given. */
  readonly objectKind?: GroupVersionKind;
};

/** The attributes of a write. */
export function attributesOf(actor: Actor, write: Write): Attributes {
  const { parts, cluster, user, kind, warnings, annotations, signal } = actor;
  const { group, version } = kind;
  return {
    ...{ parts, cluster, user, kind, warnings, annotations, signal },
    objectKind: { group, version, kind: kind.kind },
    ...write,
    subresource: write.subresource ?? "",
    namespace: isNamespace(kind) ? write.name : (write.namespace ?? ""),
  };
}

/** The actor of a request. */
export function actorOf(call: Call): Actor {
  const { parts, cluster, user, kind, warnings, annotations, request } = call;
  return { parts, cluster, user, kind, warnings, annotations, signal: request.signal };
}

/** One of the server's own controllers, which writes as the ServiceAccount upstream's controller has. */
export function controllerActor(of: Pick<Actor, "parts" | "cluster" | "kind">, controller: string): Actor {
  const { parts, cluster, kind } = of;
  const user = serviceAccountUser("kube-system", controller);
  return { parts, cluster, kind, user, warnings: [], annotations: new Map() };
}

/** What refusals call the object of a write: its name, or what its name is going to be made of. */
export function nameOf({ name, object }: Attributes): string {
  return name || object?.metadata?.name || object?.metadata?.generateName || "Unknown";
}

/** Tells whether a resource is Namespace. */
export function isNamespace({ group, plural }: Pick<Call["kind"], "group" | "plural">): boolean {
  return group === "" && plural === "namespaces";
}
