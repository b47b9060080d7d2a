import { CatalystError, describeError, errorMessage } from "@catalyst/base/errors";
import {
  buildKustomizationInTurns,
  type DocumentCache,
  type Overlay,
  printResources,
  substituteInTurns,
} from "@catalyst/kustomize";
import type { Artifact, Kustomization } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type ArtifactStore, sourceTree } from "../artifacts/index.ts";
import type { Session } from "../reconcile/session.ts";
import { loadVariables } from "./variables.ts";

export interface Manifests {
  /** What was built, as Kustomize prints it. */
  text(): Promise<string>;
  /** The objects as they are applied: with common metadata and the owner's labels. */
  readonly objects: readonly KubeObject[];
}

/** The labels that say which Kustomization an object belongs to. */
export function ownerLabels(object: Kustomization): Readonly<Record<string, string>> {
  return {
    "kustomize.toolkit.fluxcd.io/name": object.metadata.name,
    "kustomize.toolkit.fluxcd.io/namespace": object.metadata.namespace ?? "",
  };
}

/**
 * Builds the objects of an artifact. Throws `kustomization-path-missing` when there's nothing at `spec.path`, and
 * what a build throws otherwise.
 */
export async function buildManifests(
  session: Session<Kustomization>,
  artifact: Artifact,
  parts: { readonly store: ArtifactStore; readonly documents: DocumentCache },
): Promise<Manifests> {
  const { object, cluster } = session;
  const files = sourceTree(await parts.store.files(cluster, artifact));
  const path = (object.spec.path ?? "").replace(/^\.?\/+/, "");
  if (!path.includes("..") && files.list(path.replace(/\/+$/, "").replaceAll("/./", "/")) === undefined) {
    const message = `kustomization path not found: stat ${object.spec.path}: no such file or directory`;
    throw new CatalystError("kustomization-path-missing", message);
  }
  const build = await buildKustomizationInTurns({
    files,
    path,
    scan: true,
    order: "fifo",
    restriction: "root",
    documents: parts.documents,
    overlay: overlayOf(object),
  });
  const variables = await loadVariables(session.client, object);
  const resources =
    variables === undefined ? build.objects : await substituteInTurns(build.objects, variables);
  const owner = ownerLabels(object);
  const common = object.spec.commonMetadata;
  const objects = resources.map((resource) => withMetadata(resource, common, owner));
  return { text: () => printResources(resources), objects };
}

/** The fields of a Kustomization that are laid over the folder's own; the API server checked their shapes. */
function overlayOf({ spec }: Kustomization): Overlay {
  const { targetNamespace, namePrefix, nameSuffix, patches, images, components } =
    spec as Kustomization["spec"] & Overlay;
  return {
    ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
    ...(patches === undefined ? {} : { patches }),
    ...(images === undefined ? {} : { images }),
    ...(components === undefined ? {} : { components }),
  };
}

/** Owned objects by what they were made of: an unchanged object stays the same one. */
const owned = new WeakMap<KubeObject, { readonly owner: string; readonly object: KubeObject }>();

function withMetadata(
  resource: KubeObject,
  common: Kustomization["spec"]["commonMetadata"],
  owner: Readonly<Record<string, string>>,
): KubeObject {
  const identity = JSON.stringify([common, owner]);
  const known = owned.get(resource);
  if (known?.owner === identity) return known.object;
  const { labels, annotations, ...metadata } = resource.metadata;
  const allAnnotations = { ...annotations, ...common?.annotations };
  const object: KubeObject = {
    ...resource,
    metadata: {
      ...metadata,
      labels: { ...labels, ...common?.labels, ...owner },
      ...(Object.keys(allAnnotations).length === 0 ? {} : { annotations: allAnnotations }),
    },
  };
  owned.set(resource, { owner: identity, object });
  return object;
}

/** The failure of a build as the condition shows it: with file and line where they are known. */
export function buildFailure(error: unknown): string {
  if (!(error instanceof CatalystError)) return `kustomize build failed: ${errorMessage(error)}`;
  if (error.code === "kustomization-path-missing") return error.message;
  if (/^(?:substitute-|kustomize-variable|kustomize-substitution)/.test(error.code)) {
    return `post build failed: ${error.message}`;
  }
  return `kustomize build failed: ${describeError(error)}`;
}
