import { reasons } from "@catalyst/model/condition";
import { finalizer } from "@catalyst/model/label";
import type { Organization } from "@catalyst/model/organization";
import type { GitHost } from "@catalyst/ports/git";
import { type ClusterName, environments, type KubeObject, organizations } from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ObjectCache,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  setFinalizers,
  writeStatus,
} from "@catalyst/reconciler";

export interface OrganizationControllerOptions {
  readonly git: GitHost;
}

/** The repository of an Organization's private Blueprints. */
const sharedBlueprints = "shared-blueprints";

/** How often what stands outside the cluster is looked at again, in milliseconds. */
const recheck = 10 * 60_000;

/**
 * Gives each Organization its Git organization with the repository of its private Blueprints, and takes
 * both away with it, once it has no Environments left.
 */
export function organizationController(options: OrganizationControllerOptions): Controller<Organization> {
  return {
    name: "organization",
    type: organizations,
    triggers: [
      {
        type: environments,
        // how many there are matters; what becomes of one doesn't
        requests: (cluster, environment, previous, cache) =>
          previous !== undefined && isHeld(cache, cluster, environment)
            ? []
            : [{ cluster, name: organizationOf(environment) }],
      },
    ],
    reconcile: (request, context) => reconcile(request, context, options),
  };
}

function isHeld(cache: ObjectCache, cluster: ClusterName, { metadata }: KubeObject): boolean {
  return cache.get(cluster, environments, metadata) !== undefined;
}

function organizationOf(environment: KubeObject): string {
  return environment.metadata.namespace ?? "";
}

async function reconcile(
  request: ReconcileRequest,
  context: ReconcileContext<Organization>,
  { git }: OrganizationControllerOptions,
): Promise<ReconcileResult> {
  const organization = context.object;
  if (organization === undefined) return { outcome: "settled" };
  const client = context.clusters.client(request.cluster);
  const { name } = organization.metadata;
  const finalizers = organization.metadata.finalizers ?? [];
  const count = context.cache.list(request.cluster, environments, name).length;
  if (organization.metadata.deletionTimestamp !== undefined) {
    if (!finalizers.includes(finalizer)) return { outcome: "settled" };
    if (count > 0) {
      await writeStatus(client, organizations, organization, deleting(count), context.clock);
      return { outcome: "waiting", reason: reasons.deleting, recheckAfter: recheck };
    }
    await git.deleteOrganization(name);
    await setFinalizers(
      client,
      organizations,
      organization,
      finalizers.filter((item) => item !== finalizer),
    );
    return { outcome: "settled" };
  }
  if (!finalizers.includes(finalizer)) {
    await setFinalizers(client, organizations, organization, [...finalizers, finalizer]);
    return { outcome: "settled" };
  }
  if (organization.spec.suspended === true) return { outcome: "settled" };
  await git.ensureOrganization(name, organization.spec.displayName ?? name);
  await git.ensureRepository(
    { owner: name, name: sharedBlueprints },
    { description: `Private Blueprints of ${name}` },
  );
  await writeStatus(client, organizations, organization, ready(count), context.clock);
  return { outcome: "settled", recheckAfter: recheck };
}

function ready(count: number) {
  return {
    conditions: [
      { type: "Ready", status: "True", reason: reasons.ready, message: "Its Git organization is there." },
      { type: "Reconciling", status: "False", reason: "Settled", message: "" },
    ],
    fields: { environments: count },
  } as const;
}

function deleting(count: number) {
  const message = `${count} Environments have to go first.`;
  return {
    conditions: [
      { type: "Ready", status: "False", reason: reasons.deleting, message },
      { type: "Reconciling", status: "True", reason: reasons.deleting, message },
    ],
    fields: { environments: count },
  } as const;
}
