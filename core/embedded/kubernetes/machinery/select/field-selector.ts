import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";

export interface FieldSelector {
  matches(object: KubeObject): boolean;
  /** The value a field (`metadata.name`, `metadata.namespace` …) must have, when the selector says so. */
  required(field: string): string | undefined;
  readonly everything: boolean;
}

/** Parses `status.phase=Running,spec.nodeName!=a`. Throws StatusError 400 for a field the kind doesn't offer. */
export function parseFieldSelector(kind: ResourceKind, text: string): FieldSelector {
  return unfinished(`parseFieldSelector ${kind.kind} ${text}`);
}
