import { groupVersionOf, type KubeResource } from "./resource.ts";

/** Built-in kinds that live outside namespaces. Source: Kustomize's table of namespace scopes. */
const clusterScoped: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "certificates.k8s.io/CertificateSigningRequest",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "networking.k8s.io/IngressClass",
  "node.k8s.io/RuntimeClass",
  "policy/PodSecurityPolicy",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttachment",
  "/ComponentStatus",
  "/Namespace",
  "/Node",
  "/PersistentVolume",
]);

/** Tells whether an object's kind is known to live outside namespaces; an unknown kind counts as inside. */
export function isClusterScoped(resource: Pick<KubeResource, "apiVersion" | "kind">): boolean {
  return clusterScoped.has(`${groupVersionOf(resource.apiVersion).group}/${resource.kind}`);
}
