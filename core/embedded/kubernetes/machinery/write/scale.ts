import { isObject } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import { at, ensure, type Fields, number, text } from "../resources/fields.ts";
import { printSelector } from "../select/print-selector.ts";
import { invalid, StatusError } from "../status.ts";
import { beginUpdate } from "./begin.ts";
import { conflict } from "./identity.ts";
import type { Draft, WriteOptions } from "./types.ts";

/** The autoscaling/v1 Scale of an object. Throws StatusError 404 when the kind has none. */
export function readScale(kind: ResourceKind, object: KubeObject): Json {
  const paths = scalePaths(kind);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(kind, object);
  const desired = valueAt(object, paths.spec);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: typeof desired === "number" && desired !== 0 ? { replicas: desired } : {},
    status: {
      replicas: Number(valueAt(object, paths.status) ?? 0),
      ...(selector === "" ? {} : { selector }),
    },
  };
}

/** Starts an update of `stored` through its scale subresource; goes on with `finishUpdate` (no subresource). */
export function writeScale(
  kind: ResourceKind,
  stored: KubeObject,
  scale: Json,
  options: WriteOptions,
): Draft {
  const paths = scalePaths(kind);
  const replicas = number(at(scale, "spec"), "replicas") ?? 0;
  const { name, uid, resourceVersion } = stored.metadata;
  // What a custom object may not be is said of the object.
  if (!Number.isInteger(replicas) || (replicas < 0 && kind.custom === undefined)) {
    throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
      {
        reason: "FieldValueInvalid",
        message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
        field: "spec.replicas",
      },
    ]);
  }
  const metadata = at(scale, "metadata");
  const version = text(metadata, "resourceVersion");
  if (version !== "" && version !== resourceVersion) throw conflict(kind, name);
  if (text(metadata, "uid") !== "" && text(metadata, "uid") !== uid) throw conflict(kind, name);
  const object = structuredClone(stored) as unknown as Fields;
  const path = paths.spec.split(".").filter((part) => part !== "");
  let place = object;
  for (const part of path.slice(0, -1)) place = ensure(place, part);
  place[path.at(-1) ?? "replicas"] = replicas;
  return beginUpdate(kind, stored, object, { ...options, subresource: "scale" });
}

interface Paths {
  readonly spec: string;
  readonly status: string;
  readonly labelSelector?: string;
}

const builtinPaths: Paths = { spec: ".spec.replicas", status: ".status.replicas" };

function scalePaths(kind: ResourceKind): Paths {
  const paths = kind.custom === undefined ? builtinPaths : kind.custom.scale;
  if (paths === undefined || !kind.subresources.some(({ name }) => name === "scale")) {
    throw new StatusError(404, "NotFound", "the server could not find the requested resource");
  }
  return paths;
}

function valueAt(object: unknown, path: string): unknown {
  const parts = path.split(".").filter((part) => part !== "");
  return at(object, ...parts.slice(0, -1))[parts.at(-1) ?? ""];
}

/** The selector in its text form. */
function selectorText(kind: ResourceKind, object: KubeObject): string {
  if (kind.custom !== undefined) {
    const { labelSelector } = kind.custom.scale ?? {};
    const value = labelSelector === undefined ? undefined : valueAt(object, labelSelector);
    return typeof value === "string" ? value : "";
  }
  const selector = at(object, "spec")["selector"];
  return isObject(selector)
    ? printSelector(kind.kind === "ReplicationController" ? { matchLabels: selector } : selector)
    : "";
}
