import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { compareText } from "@catalyst/base/go-order";
import { mistyped, readText } from "../chart/typed-fields.ts";
import { readYaml } from "../chart/values-file.ts";
import { trimSpace, trimSpaceStart } from "../template/space.ts";
import { GoError, type Value } from "../template/values.ts";

/** One rendered object. */
export interface Manifest {
  /** The template it came from, from the chart's name on: `app/templates/service.yaml`. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly content: string;
}

export type HookEvent =
  | "pre-install"
  | "post-install"
  | "pre-delete"
  | "post-delete"
  | "pre-upgrade"
  | "post-upgrade"
  | "pre-rollback"
  | "post-rollback"
  | "test";

/** An object that is applied at a point of a release's life rather than with the others. */
export interface Hook extends Manifest {
  readonly events: readonly HookEvent[];
  /** Hooks run in the order of their weights. */
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
}

/** The order in which Helm applies kinds; others follow by name. */
const installOrder: ReadonlyMap<string, number> = new Map(
  [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
  ].map((kind, index) => [kind, index]),
);

const events: ReadonlyMap<string, HookEvent> = new Map<string, HookEvent>([
  ...(
    [
      "pre-install",
      "post-install",
      "pre-delete",
      "post-delete",
      "pre-upgrade",
      "post-upgrade",
      "pre-rollback",
      "post-rollback",
      "test",
    ] as const
  ).map((event) => [event, event] as const),
  // Helm 2's name.
  ["test-success", "test"],
]);

/** Annotations that make an object a hook, or say how to treat one. */
const hookAnnotation = "helm.sh/hook";
const weightAnnotation = "helm.sh/hook-weight";
const deleteAnnotation = "helm.sh/hook-delete-policy";
const outputLogAnnotation = "helm.sh/hook-output-log-policy";

/**
 * Cuts rendered files into objects and sorts these as Helm installs them. `heads` remembers objects read before,
 * by their text. Throws `chart-manifest-invalid` naming the file.
 */
export function sortManifests(
  files: ReadonlyMap<string, string>,
  heads: Map<string, ManifestHead> = new Map(),
): { manifests: Manifest[]; hooks: Hook[] } {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  for (const [path, text] of [...files].sort(([a], [b]) => compareText(a, b))) {
    for (const content of splitManifests(text)) {
      const { head, annotations } = readHead(path, content, heads);
      const hookTypes = annotations.get(hookAnnotation);
      const manifest = { path, content, ...head };
      if (hookTypes === undefined) manifests.push(manifest);
      else {
        const hook = readHook(manifest, hookTypes, annotations);
        if (hook !== undefined) hooks.push(hook);
      }
    }
  }
  return { manifests: manifests.sort(byKind), hooks: hooks.sort(byKind) };
}

/** Cuts a stream at every line that starts with `---`; blank parts vanish. */
export function splitManifests(text: string): string[] {
  return trimSpaceStart(text)
    .split(/^---[ \t]*/m)
    .map(trimSpaceStart)
    .filter((part) => part !== "");
}

/** What sorting needs to know of an object. */
export interface ManifestHead {
  readonly head: Head;
  readonly annotations: ReadonlyMap<string, string>;
}

/** How many objects' heads are remembered. */
const headsLimit = 5000;

interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

function readHead(path: string, content: string, heads: Map<string, ManifestHead>): ManifestHead {
  const known = heads.get(content);
  if (known !== undefined) return known;
  try {
    const head = parseHead(readYaml(content));
    if (heads.size >= headsLimit) heads.clear();
    heads.set(content, head);
    return head;
  } catch (error) {
    if (!(error instanceof GoError) && !isCatalystError(error)) throw error;
    throw new CatalystError("chart-manifest-invalid", `YAML parse error on ${path}: ${error.message}`, {
      place: { file: path },
    });
  }
}

function parseHead(value: Value): ManifestHead {
  const fields = mapOf(value, "value", "util.SimpleHead");
  const head = {
    apiVersion: readText(fields.get("apiVersion"), "SimpleHead.apiVersion"),
    kind: readText(fields.get("kind"), "SimpleHead.kind"),
  };
  const metadata = mapOf(
    fields.get("metadata"),
    "struct field SimpleHead.metadata",
    'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
  );
  const found = mapOf(metadata.get("annotations"), "struct field .metadata.annotations", "map[string]string");
  const annotations = [...found].map(
    ([key, item]) => [key, readText(item, ".metadata.annotations")] as const,
  );
  const name = readText(metadata.get("name"), ".metadata.name");
  return { head: { ...head, name }, annotations: new Map(annotations) };
}

function mapOf(value: Value, place: string, wanted: string): Map<string, Value> {
  if (value instanceof Map) return value;
  if (value === null || value === undefined) return new Map();
  throw mistyped(value, place, wanted);
}

/** Undefined when an event is unknown: Helm then drops the object. */
function readHook(
  manifest: Manifest,
  types: string,
  annotations: ReadonlyMap<string, string>,
): Hook | undefined {
  const found = listOf(types).map((type) => events.get(type));
  const known = found.filter((event) => event !== undefined);
  if (known.length < found.length) return undefined;
  const weight = annotations.get(weightAnnotation) ?? "";
  return {
    ...manifest,
    events: known,
    weight: /^[-+]?\d+$/.test(weight) ? Number(weight) : 0,
    deletePolicies: listOf(annotations.get(deleteAnnotation)),
    outputLogPolicies: listOf(annotations.get(outputLogAnnotation)),
  };
}

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(",").map((part) => trimSpace(part).toLowerCase());
}

function byKind(a: Manifest, b: Manifest): number {
  const left = installOrder.get(a.kind);
  const right = installOrder.get(b.kind);
  if (left === undefined && right === undefined) return compareText(a.kind, b.kind);
  if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
  return left - right;
}
