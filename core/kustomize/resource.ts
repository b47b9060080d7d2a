import { CatalystError, type Place } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";

/** A Kubernetes object under construction: a build copies an object before it changes it. */
export interface KubeResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What tells objects of one build apart: `group/kind/namespace/name`. */
export function resourceId(resource: KubeResource): string {
  const { group } = groupVersionOf(resource.apiVersion);
  return `${group}/${resource.kind}/${resource.metadata.namespace ?? ""}/${resource.metadata.name}`;
}

/** Splits `group/version`; the core group is empty. */
export function groupVersionOf(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/**
 * Takes a parsed document for Kubernetes objects: a `…List` with items gives its items. Throws
 * `kustomize-resource-invalid` naming the place when `apiVersion`, `kind` or a name is missing.
 */
export function toResources(value: unknown, place: Place): readonly KubeResource[] {
  if (!isObject(value)) throw invalid("this is not a Kubernetes object", place);
  const { kind, apiVersion } = value;
  if (typeof kind !== "string" || kind === "")
    throw invalid("missing Resource kind", { ...place, field: "kind" });
  if (kind.endsWith("List") && Array.isArray(value["items"])) {
    return value["items"].flatMap((item, index) => toResources(item, { ...place, field: `items[${index}]` }));
  }
  if (typeof apiVersion !== "string" || apiVersion === "") {
    throw invalid("missing Resource apiVersion", { ...place, field: "apiVersion" });
  }
  const metadata = value["metadata"];
  if (!isObject(metadata) || typeof metadata["name"] !== "string" || metadata["name"] === "") {
    throw invalid("missing metadata.name in object", { ...place, field: "metadata.name" });
  }
  return [withoutEmptyAnnotations(value as KubeResource)];
}

/** Kustomize drops annotations that hold nothing, but not such labels. */
function withoutEmptyAnnotations(resource: KubeResource): KubeResource {
  const { annotations, ...metadata } = resource.metadata;
  const isEmpty = annotations === null || (isObject(annotations) && Object.keys(annotations).length === 0);
  return isEmpty ? { ...resource, metadata } : resource;
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-resource-invalid", message, { place });
}
