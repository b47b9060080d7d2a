import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";

/** The resources a valid CustomResourceDefinition serves: one per served version, storage version or not. */
export function customKinds(definition: KubeObject): readonly ResourceKind[] {
  return unfinished(`customKinds ${definition.metadata.name}`);
}
