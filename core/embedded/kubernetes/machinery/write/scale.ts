import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";
import type { Draft, WriteOptions } from "./types.ts";

/** The autoscaling/v1 Scale of an object. Throws StatusError 404 when the kind has none. */
export function readScale(kind: ResourceKind, object: KubeObject): Json {
  return unfinished(`readScale ${kind.kind} ${object}`);
}

/** Starts an update of `stored` through its scale subresource; goes on with `finishUpdate` (no subresource). */
export function writeScale(
  kind: ResourceKind,
  stored: KubeObject,
  scale: Json,
  options: WriteOptions,
): Draft {
  return unfinished(`writeScale ${kind.kind} ${stored} ${scale} ${options.manager}`);
}
