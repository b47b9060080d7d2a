import { isObject } from "@catalyst/base/json";
import { type Managers, readManagers, writeManagers } from "../fields/managers.ts";
import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import { at, ensure, type Fields, number } from "../resources/fields.ts";
import { typeOfKind } from "../schema/builtin.ts";
import { printSelector } from "../select/print-selector.ts";
import { badRequest, invalid, StatusError } from "../status.ts";
import { invalidValue } from "../validate/faults.ts";
import { fillDefaults } from "./defaults.ts";
import { fromScale, toScale } from "./scale-managers.ts";
import type { Draft } from "./types.ts";

/**
 * The autoscaling/v1 Scale of an object. Throws StatusError 404 when the kind has none, 500 when a custom object doesn't
 * say how many it shall be.
 */
export function readScale(kind: ResourceKind, object: KubeObject): Json {
  const { spec } = scalePaths(kind);
  if (kind.custom !== undefined && valueAt(object, spec) === undefined) {
    const why = `Internal error occurred: the spec replicas field "${spec}" does not exist`;
    throw new StatusError(500, "InternalError", why, {
      causes: [{ reason: "", message: `the spec replicas field "${spec}" does not exist`, field: "" }],
    });
  }
  return scaleView(kind, object);
}

/** The Scale of an object as it was just written. */
export function scaleView(kind: ResourceKind, object: KubeObject): Json {
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

/** Starts a write of an object's Scale, which is an object of a kind of its own. */
export type BeginScale = (scaleKind: ResourceKind, scale: KubeObject) => Draft;

/** What stands for replicas that nobody set, as upstream has it: the smallest that fits. */
const unset = -2_147_483_648;

/**
 * Starts an update of `stored` through its scale subresource; goes on with `finishUpdate` (no subresource). `begin` is
 * given the Scale as it is, with the managers of its replicas. Throws StatusError 400, 409, 422.
 */
export function writeScale(kind: ResourceKind, stored: KubeObject, begin: BeginScale): Draft {
  const paths = scalePaths(kind);
  const steps = paths.spec.split(".").filter((part) => part !== "");
  const path = steps.map((step) => `f:${step}`);
  const managers = readManagers(stored.metadata.managedFields) ?? new Map();
  const draft = begin(scaleKindOf(kind), scaleOf(kind, stored, toScale(kind, managers, path)));
  const scale = draft.object;
  const replicas = number(at(scale, "spec"), "replicas") ?? 0;
  if (replicas === unset) throw badRequest(`the spec replicas field "${paths.spec}" cannot be empty`);
  // What a custom object may not be is said of the object.
  if (replicas < 0 && kind.custom === undefined) {
    throw invalid({ group: "autoscaling", kind: "Scale" }, stored.metadata.name, [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  }
  const object = structuredClone(stored) as unknown as Fields;
  let place = object;
  for (const step of steps.slice(0, -1)) place = ensure(place, step);
  place[steps.at(-1) ?? "replicas"] = replicas;
  fillDefaults(kind, object);
  const after = readManagers(scale.metadata.managedFields) ?? new Map();
  const managedFields = writeManagers(fromScale(kind, managers, after, path));
  const { managedFields: _before, ...metadata } = object["metadata"] as Fields;
  object["metadata"] = managedFields === undefined ? metadata : { ...metadata, managedFields };
  return { object: object as unknown as KubeObject, warnings: draft.warnings };
}

function scaleOf(kind: ResourceKind, stored: KubeObject, managers: Managers): KubeObject {
  const isSet = typeof valueAt(stored, scalePaths(kind).spec) === "number" || kind.custom === undefined;
  const scale = scaleView(kind, stored) as Fields;
  const managedFields = writeManagers(managers.values());
  return {
    ...scale,
    metadata: { ...at(scale, "metadata"), ...(managedFields === undefined ? {} : { managedFields }) },
    ...(isSet ? {} : { spec: { replicas: unset } }),
  } as unknown as KubeObject;
}

/** The kind of a Scale; refusals name the object that is scaled. */
export function scaleKindOf({ group, plural, singular, namespaced }: ResourceKind): ResourceKind {
  return {
    group,
    version: "v1",
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    listKind: "ScaleList",
    plural,
    singular,
    shortNames: [],
    categories: [],
    namespaced,
    verbs: [],
    subresources: [],
    storageVersionHash: "",
    schema: typeOfKind("autoscaling/v1/Scale"),
  };
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
