import type { ActivityView } from "@catalyst/model/view";
import { type CatalystEvent, eventType } from "@catalyst/ports/events";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import {
  type BranchPushed,
  type ObjectChange,
  objectId,
  type PushedCommit,
  type WrittenDocument,
} from "./change.ts";

/** What is known of one object: the newest change, which may be its deletion. */
export interface ObjectRecord {
  readonly incarnation: string;
  readonly revision: number;
  /** Undefined: deleted. The record stays, so that a late older change doesn't bring it back. */
  readonly object: KubeObject | undefined;
}

/**
 * Everything projected of one scope: an Environment, or the Sovereign itself (`management`). A pure function
 * of the set of its events: order and repetition don't matter.
 */
export interface ScopeState {
  /** By kind (`group/Kind`), then by `namespace/name`. */
  readonly objects: Map<string, Map<string, ObjectRecord>>;
  readonly commits: Map<string, PushedCommit>;
  /** Applications' documents as commits left them, by documentKey. */
  readonly documents: Map<string, WrittenDocument>;
  readonly activity: Map<string, ActivityView>;
}

/**
 * One entry that changed, by its address in the key-value bucket: `object/<id>`, `commit/<id>`,
 * `document/<id>`, `activity/<id>`.
 */
export interface StateChange {
  readonly key: string;
  readonly value: ObjectRecord | PushedCommit | WrittenDocument | ActivityView;
  /** The object before, for an object's change. */
  readonly previous?: KubeObject | undefined;
}

export const eventTypes = {
  objectChanged: eventType("k8s", "changed"),
  branchPushed: eventType("git", "pushed"),
  documentWritten: eventType("git", "written"),
  activity: eventType("audit", "recorded"),
} as const;

export function emptyState(): ScopeState {
  return { objects: new Map(), commits: new Map(), documents: new Map(), activity: new Map() };
}

/** Identifies an Application's document at a commit that touched it. */
export function documentKey(application: string, commit: string): string {
  return `${commit}/${application}`;
}

/**
 * Takes one event in and gives the entries that changed; none for an event that is old, repeated or of a
 * type nobody projects. Changes `state` in place.
 */
export function reduce(state: ScopeState, event: CatalystEvent): readonly StateChange[] {
  switch (event.type) {
    case eventTypes.objectChanged:
      return reduceObject(state, event.data as ObjectChange);
    case eventTypes.branchPushed:
      return reducePush(state, event.data as BranchPushed);
    case eventTypes.documentWritten:
      return reduceDocument(state, event.data as WrittenDocument);
    case eventTypes.activity:
      return reduceActivity(state, event.data as ActivityView);
    default:
      return [];
  }
}

function reduceObject(state: ScopeState, change: ObjectChange): readonly StateChange[] {
  const [kind, key] = objectId(change.object);
  const table = tableOf(state, kind);
  const known = table.get(key);
  if (known !== undefined && !isNewer(change, known)) return [];
  const record: ObjectRecord = {
    incarnation: change.incarnation,
    revision: change.revision,
    object: change.deleted ? undefined : change.object,
  };
  table.set(key, record);
  return [{ key: `object/${kind}/${key}`, value: record, previous: known?.object }];
}

function tableOf(state: ScopeState, kind: string): Map<string, ObjectRecord> {
  let table = state.objects.get(kind);
  if (table === undefined) {
    table = new Map();
    state.objects.set(kind, table);
  }
  return table;
}

/** A cluster's later life wins, then the higher revision; at the same revision a deletion. */
function isNewer(change: ObjectChange, known: ObjectRecord): boolean {
  if (change.incarnation !== known.incarnation) return change.incarnation > known.incarnation;
  if (change.revision !== known.revision) return change.revision > known.revision;
  return change.deleted && known.object !== undefined;
}

function reducePush(state: ScopeState, push: BranchPushed): readonly StateChange[] {
  if (push.branch !== "main") return [];
  const changes: StateChange[] = [];
  for (const commit of push.commits) {
    if (state.commits.has(commit.id)) continue;
    state.commits.set(commit.id, commit);
    changes.push({ key: `commit/${commit.id}`, value: commit });
  }
  return changes;
}

function reduceDocument(state: ScopeState, document: WrittenDocument): readonly StateChange[] {
  const key = documentKey(document.application, document.commit);
  if (state.documents.has(key)) return [];
  state.documents.set(key, document);
  return [{ key: `document/${key}`, value: document }];
}

function reduceActivity(state: ScopeState, entry: ActivityView): readonly StateChange[] {
  if (state.activity.has(entry.id)) return [];
  state.activity.set(entry.id, entry);
  return [{ key: `activity/${entry.id}`, value: entry }];
}

/** Puts a stored entry back, as read from the key-value bucket. */
export function restore(state: ScopeState, key: string, value: unknown): void {
  const slash = key.indexOf("/");
  const id = key.slice(slash + 1);
  switch (key.slice(0, slash)) {
    case "object":
      restoreObject(state, id, value as ObjectRecord);
      break;
    case "commit":
      state.commits.set(id, value as PushedCommit);
      break;
    case "document":
      state.documents.set(id, value as WrittenDocument);
      break;
    case "activity":
      state.activity.set(id, value as ActivityView);
      break;
  }
}

function restoreObject(state: ScopeState, id: string, record: ObjectRecord): void {
  const [group, kind, ...rest] = id.split("/");
  tableOf(state, `${group}/${kind}`).set(rest.join("/"), record);
}
