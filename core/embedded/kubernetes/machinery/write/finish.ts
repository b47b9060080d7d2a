import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";
import type { CreateFacts, WriteOptions, Written } from "./types.ts";

/**
 * Ends a create after admission: fills name, uid, creationTimestamp and generation, clears what a create may
 * not set (status …), validates. Throws StatusError 422 or 400.
 */
export function finishCreate(kind: ResourceKind, draft: KubeObject, facts: CreateFacts): Written {
  return unfinished(`finishCreate ${kind.kind} ${draft} ${facts.uid}`);
}

/**
 * Ends an update or patch after admission: keeps what this subresource may not change, moves the generation,
 * validates against the stored object. Throws StatusError 422.
 */
export function finishUpdate(
  kind: ResourceKind,
  stored: KubeObject,
  draft: KubeObject,
  options: Pick<WriteOptions, "subresource">,
): Written {
  return unfinished(`finishUpdate ${kind.kind} ${stored} ${draft} ${options.subresource}`);
}
