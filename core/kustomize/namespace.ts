import { isObject } from "@catalyst/base/json";
import { isClusterScoped } from "./cluster-scoped.ts";
import { groupVersionOf, type KubeResource } from "./resource.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Puts objects into a namespace, and renames Namespace objects to it, as Kustomize's `namespace` field does. */
export function setNamespace(resources: readonly KubeResource[], namespace: string): readonly KubeResource[] {
  return resources.map((resource) => setOne(resource, namespace));
}

function setOne(resource: KubeResource, namespace: string): KubeResource {
  const { group } = groupVersionOf(resource.apiVersion);
  const { kind, metadata } = resource;
  if (kind === "Namespace" && resource.apiVersion === "v1") {
    return { ...resource, metadata: { ...metadata, name: namespace } };
  }
  const placed =
    isClusterScoped(resource) || metadata.namespace === namespace
      ? resource
      : { ...resource, metadata: { ...metadata, namespace } };
  if (kind === "RoleBinding" || kind === "ClusterRoleBinding") return withSubjects(placed, namespace);
  if (group === "apiregistration.k8s.io" && kind === "APIService") {
    return withField(placed, ["spec", "service", "namespace"], namespace);
  }
  if (group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition") {
    const path = ["spec", "conversion", "webhook", "clientConfig", "service", "namespace"];
    return has(placed, path) ? withField(placed, path, namespace) : placed;
  }
  return placed;
}

/** Only the `default` ServiceAccount is taken to be of the namespace; others follow as references. */
function withSubjects(resource: KubeResource, namespace: string): KubeResource {
  const { subjects } = resource;
  if (!Array.isArray(subjects)) return resource;
  const moved = subjects.map((subject: unknown) =>
    isObject(subject) && subject["name"] === "default" ? { ...subject, namespace } : subject,
  );
  return { ...resource, subjects: moved };
}

function withField<T extends Fields>(fields: T, path: readonly string[], value: string): T {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return { ...fields, [name]: value };
  const inner = fields[name];
  if (inner !== undefined && !isObject(inner)) return fields;
  return { ...fields, [name]: withField(inner ?? {}, rest, value) };
}

function has(fields: Fields, path: readonly string[]): boolean {
  const [name = "", ...rest] = path;
  const inner = fields[name];
  return rest.length === 0 ? inner !== undefined : isObject(inner) && has(inner, rest);
}
