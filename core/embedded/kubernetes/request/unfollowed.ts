import type { ResourceKind } from "../machinery/index.ts";

/** Kinds that are kept as they are written, and that nothing here acts on; by group and plural. */
const unfollowed: Readonly<Record<string, string>> = {
  "node.k8s.io/runtimeclasses": "Pods that name a RuntimeClass run here as all others",
};

const writes = new Set(["create", "update", "patch"]);

/** What a writer has to be told of an object that has no effect here. */
export function unfollowedWarnings({ group, plural }: ResourceKind, verb: string): readonly string[] {
  const text = writes.has(verb) ? unfollowed[`${group}/${plural}`] : undefined;
  return text === undefined ? [] : [text];
}
