import { isStable, newestFirst } from "@catalyst/base/version";
import type { CatalogRelease } from "@catalyst/blueprint/catalog";
import { isInstallable } from "@catalyst/blueprint/catalog";
import type { Blueprint, BlueprintRelease } from "@catalyst/model/blueprint";
import { reasons } from "@catalyst/model/condition";
import { catalystApiVersion } from "@catalyst/model/kind";
import { catalogNamespace } from "@catalyst/model/naming";
import { blueprints } from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  writeStatus,
} from "@catalyst/reconciler";

/** A release with what the catalog found beside it. */
export interface ListedRelease extends CatalogRelease {
  readonly signer?: string | undefined;
  readonly sbom?: string | undefined;
  readonly provenance?: string | undefined;
  readonly publishedAt?: string | undefined;
}

export interface BlueprintControllerOptions {
  releases(name: string): readonly ListedRelease[];
}

const fieldManager = "catalyst-blueprint-controller";

/**
 * Shows the catalog as Blueprint objects: the newest stable release's manifest, and every release with its
 * verification. Woken by whoever refreshes the catalog.
 */
export function blueprintController(options: BlueprintControllerOptions): Controller<Blueprint> {
  return {
    name: "blueprint",
    type: blueprints,
    concurrency: 2,
    reconcile: (request, context) => reconcile(request, context, options),
  };
}

/** The request that brings one Blueprint's object up to date. */
export function blueprintRequest(name: string): ReconcileRequest {
  return { cluster: "management", namespace: catalogNamespace, name };
}

async function reconcile(
  request: ReconcileRequest,
  context: ReconcileContext<Blueprint>,
  options: BlueprintControllerOptions,
): Promise<ReconcileResult> {
  if (request.namespace !== catalogNamespace) return { outcome: "settled" };
  const client = context.clusters.client(request.cluster);
  const releases = options.releases(request.name);
  const shown = shownRelease(releases);
  if (shown === undefined) {
    await client.delete(blueprints, { namespace: catalogNamespace, name: request.name });
    return { outcome: "settled" };
  }
  const wanted: Blueprint = {
    apiVersion: catalystApiVersion,
    kind: "Blueprint",
    metadata: { name: request.name, namespace: catalogNamespace },
    spec: shown.manifest.spec,
  };
  const applied = await client.apply(blueprints, wanted, { fieldManager, force: true });
  const installable = releases.filter(isInstallable);
  const reason = shown.reason ?? "its signature doesn't verify";
  const ready =
    installable.length > 0
      ? ({
          type: "Ready",
          status: "True",
          reason: reasons.ready,
          message: `${installable[0]?.version} can be installed.`,
        } as const)
      : ({
          type: "Ready",
          status: "False",
          reason: "Unverified",
          message: `No release can be installed: ${reason}.`,
        } as const);
  await writeStatus(
    client,
    blueprints,
    applied,
    { conditions: [ready], fields: { repository: shown.repository, releases: releases.map(statusOf) } },
    context.clock,
  );
  return { outcome: "settled" };
}

/** The newest stable installable release; with none, the newest installable; with none, the newest of all. */
export function shownRelease(releases: readonly ListedRelease[]): ListedRelease | undefined {
  const sorted = releases.toSorted((a, b) => newestFirst(a.version, b.version));
  const installable = sorted.filter(isInstallable);
  return installable.find((release) => isStable(release.version)) ?? installable[0] ?? sorted[0];
}

function statusOf(release: ListedRelease): BlueprintRelease {
  const { version, digest, verified, reason, signer, sbom, provenance, publishedAt, yanked } = release;
  return {
    version,
    digest,
    verified,
    ...(reason === undefined ? {} : { reason }),
    ...(signer === undefined ? {} : { signer }),
    ...(sbom === undefined ? {} : { sbom }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(yanked ? { yanked } : {}),
  };
}
