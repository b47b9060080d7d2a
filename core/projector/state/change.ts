import type { ApplicationSpec } from "@catalyst/model/application";
import type { KubeObject } from "@catalyst/ports/kubernetes";

/**
 * Data of a `k8s.changed` event. `incarnation` tells one life of a cluster from the next: creation time and
 * uid of its namespace `kube-system`, so that later lives sort after earlier ones.
 */
export interface ObjectChange {
  readonly cluster: string;
  readonly incarnation: string;
  /** The object's resourceVersion; for a deletion, that of the deletion. */
  readonly revision: number;
  readonly deleted: boolean;
  /** Without managedFields; never a Secret. */
  readonly object: KubeObject;
}

/** One commit as a push reports it. */
export interface PushedCommit {
  readonly id: string;
  readonly parent?: string | undefined;
  readonly message: string;
  readonly author: string;
  readonly email: string;
  readonly date: string;
  readonly paths: readonly string[];
}

/**
 * Data of a `git.written` event: an Application's document as a commit left it. It comes before the event of
 * its commit, so that whoever sees the commit sees the document.
 */
export interface WrittenDocument {
  readonly application: string;
  readonly commit: string;
  /** Absent: the commit removed the document. */
  readonly spec?: ApplicationSpec;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Data of a `git.pushed` event. */
export interface BranchPushed {
  readonly repository: string;
  readonly branch: string;
  readonly pusher: string;
  readonly commits: readonly PushedCommit[];
}

/** `[group/Kind, namespace/name]`: identifies an object within its cluster, whatever the version it is read at. */
export function objectId(object: KubeObject): readonly [kind: string, key: string] {
  const group = object.apiVersion.includes("/")
    ? object.apiVersion.slice(0, object.apiVersion.indexOf("/"))
    : "";
  return [`${group}/${object.kind}`, `${object.metadata.namespace ?? ""}/${object.metadata.name}`];
}

/** The Applications that paths of an Environment's repository belong to. */
export function applicationsIn(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => /^applications\/([^/]+)\//.exec(path)?.[1] ?? []));
}
