import { jsonEqual } from "@catalyst/base/json";
import type { LookupKey } from "@catalyst/charts/records";
import type { BlueprintManifest } from "@catalyst/model/blueprint";
import type { PlanAction, PlannedObject } from "@catalyst/model/plan";
import type { ClusterUser, KubeObject } from "@catalyst/ports/kubernetes";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";
import {
  type BoundDependency,
  type Expansion,
  expandApplication,
  type ReleaseSource,
} from "../expansion/expansion.ts";
import type { PlatformFacts } from "../expansion/values.ts";
import { dependencyAlias, pinnedRelease } from "./check.ts";
import { objectDiff, objectFields } from "./diff.ts";
import { concealObjects, type ObjectPair, type ShownRender, secretMask } from "./mask.ts";
import type { ApplicationDocument } from "./tree.ts";

/** What rendering for a plan goes by besides the release. */
export interface RenderOptions {
  /** Whom it is for: what the chart looks up is answered as far as they may read it. Undefined: nothing is. */
  readonly reader: ClusterUser | undefined;
  /** What becomes of the chart's own definitions before: Flux installs them with a release, and leaves them later. */
  readonly crds: "Create" | "Skip";
  /** Which revision it is rendered as: the one that is there, or the one that Flux makes next. */
  readonly revision: "current" | "next";
}

/** What a release comes to. */
export interface RenderedObjects extends ShownRender {
  /** What the chart looks up and the reader may not read: it was rendered as if it weren't there. */
  readonly unread: readonly LookupKey[];
}

/** Renders a release's chart for an Application, as Flux will; look-ups and budgets are the renderer's affair. */
export type RenderRelease = (
  release: CatalogRelease,
  expansion: Expansion,
  options: RenderOptions,
) => Promise<RenderedObjects>;

export interface ExpandFacts {
  readonly catalog: Catalog;
  /** What the platform says of an Application's place. */
  platform(application: string): Omit<PlatformFacts, "application" | "connectionSecret">;
  source(release: CatalogRelease): ReleaseSource;
}

/** The dependencies of an Application that are bound, in the Blueprint's order. */
export function boundDependencies(
  manifest: BlueprintManifest,
  bindings: Readonly<Record<string, { readonly application: string }>> | undefined,
): readonly BoundDependency[] {
  return (manifest.spec.depends ?? []).flatMap((dependency) => {
    const alias = dependencyAlias(dependency);
    const binding = bindings?.[alias];
    return binding === undefined ? [] : [{ alias, application: binding.application }];
  });
}

/** Expands a document by the release it pins; undefined when the catalog doesn't have it. */
export function expandDocument(
  document: Pick<ApplicationDocument, "name" | "spec">,
  facts: ExpandFacts,
): { readonly release: CatalogRelease; readonly expansion: Expansion } | undefined {
  const release = pinnedRelease(facts.catalog, document.spec);
  if (release === undefined) return undefined;
  const expansion = expandApplication({
    name: document.name,
    spec: document.spec,
    manifest: release.manifest,
    dependencies: boundDependencies(release.manifest, document.spec.bindings),
    platform: facts.platform(document.name),
    source: facts.source(release),
  });
  return { release, expansion };
}

/** Everything an Application puts into its Environment's cluster: its namespace and the rendered chart. */
export async function applicationObjects(
  document: Pick<ApplicationDocument, "name" | "spec"> | undefined,
  facts: ExpandFacts,
  render: RenderRelease,
  options: RenderOptions,
): Promise<RenderedObjects> {
  const expanded = document === undefined ? undefined : expandDocument(document, facts);
  if (expanded === undefined) return { objects: [], unread: [], secretTexts: [] };
  const { namespace } = expanded.expansion;
  const rendered = await render(expanded.release, expanded.expansion, options);
  const placed = rendered.objects.map((object) => inNamespace(object, namespace.metadata.name));
  return { ...rendered, objects: [namespace, ...placed] };
}

/** Cluster-wide kinds a chart may hold; anything else without a namespace goes to the Application's. */
const clusterScoped = new Set([
  "Namespace",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "PersistentVolume",
  "StorageClass",
  "PriorityClass",
  "IngressClass",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "APIService",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "RuntimeClass",
  "CSIDriver",
]);

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  if (object.metadata.namespace !== undefined || clusterScoped.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** What an Application put into its Environment's cluster, and what it shall put there. */
export interface ObjectChange {
  readonly application: string;
  readonly before: ShownRender;
  readonly after: ShownRender;
}

/**
 * Pairs two renders by identity and gives what is added, changed and removed, in a stable order; secret values masked.
 * Those that were looked up are taken out of both sides alike: what didn't change doesn't seem to.
 */
export function objectChanges(change: ObjectChange): readonly PlannedObject[] {
  const { application } = change;
  const secretTexts = [...change.before.secretTexts, ...change.after.secretTexts];
  const before = concealObjects(change.before.objects, secretTexts);
  const after = concealObjects(change.after.objects, secretTexts);
  const mask = secretMask([...before, ...after]);
  const old = new Map(before.map((object) => [identity(object), object]));
  const changes: PlannedObject[] = [];
  const plan = (action: PlanAction, pair: ObjectPair) =>
    changes.push(planned(application, action, mask(pair)));
  for (const object of after) {
    const previous = old.get(identity(object));
    old.delete(identity(object));
    if (previous === undefined) plan("add", { before: undefined, after: object });
    else if (!jsonEqual(previous, object)) plan("change", { before: previous, after: object });
  }
  for (const object of old.values()) plan("remove", { before: object, after: undefined });
  return changes;
}

function identity(object: KubeObject): string {
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  return [group, object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/");
}

function planned(application: string, action: PlanAction, pair: ObjectPair): PlannedObject {
  const { apiVersion, kind, metadata } = (pair.after ?? pair.before) as KubeObject;
  return {
    application,
    action,
    apiVersion,
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    fields: action === "change" ? objectFields(pair) : [],
    diff: objectDiff(pair),
  };
}
