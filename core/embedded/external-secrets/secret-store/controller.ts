import { isCatalystError } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import { clusterSecretStores, type ExternalStore, secretStores } from "@catalyst/ports/external-secrets";
import { type ClusterClient, secrets } from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { type Readiness, readyOf, withReady } from "../conditions.ts";
import { vaultAddress } from "./vault-address.ts";

/**
 * Says of a store whether it can be used: that it is complete and its token is there. Whether the token opens
 * anything shows at the first ExternalSecret: what a token may is the store's affair.
 */
export function storeController(kind: "SecretStore" | "ClusterSecretStore"): Controller<ExternalStore> {
  const type = kind === "SecretStore" ? secretStores : clusterSecretStores;
  const tokens: Trigger = {
    type: secrets,
    requests: (cluster, secret, _previous, cache) =>
      cache
        .list(cluster, type)
        .filter((store) => store.spec.provider?.vault?.auth?.tokenSecretRef?.name === secret.metadata.name)
        .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name })),
  };
  return {
    name: `external-secrets-${kind.toLowerCase()}`,
    type,
    triggers: [tokens],
    reconcile: (request, context) => reconcile(request, context, type),
  };
}

async function reconcile(
  request: ReconcileRequest,
  { clusters, clock }: ReconcileContext<ExternalStore>,
  type: typeof secretStores,
): Promise<ReconcileResult> {
  const client = clusters.client(request.cluster);
  const store = await client.find(type, request);
  if (store === undefined || store.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
  const { ready, note } = await validate(client, store);
  const before = readyOf(store.status?.conditions);
  const status: NonNullable<ExternalStore["status"]> = {
    ...store.status,
    ...(ready.status === "True" ? { capabilities: "ReadOnly" as const } : {}),
    conditions: withReady(store.status?.conditions, ready, clock),
  };
  if (!jsonEqual(store.status, status)) await client.updateStatus(type, { ...store, status });
  if (before?.status !== ready.status) {
    const { reason } = ready;
    const eventType = ready.status === "True" ? "Normal" : "Warning";
    await recordEvent(client, clock, "secret-store", store, { type: eventType, reason, message: note });
  }
  return ready.status === "True" ? { outcome: "settled" } : { outcome: "stalled", reason: note };
}

async function validate(
  client: ClusterClient,
  store: ExternalStore,
): Promise<{ readonly ready: Readiness; readonly note: string }> {
  try {
    await vaultAddress(client, store);
    const message = "store validated";
    return { ready: { status: "True", reason: "Valid", message }, note: message };
  } catch (error) {
    if (!isCatalystError(error, "store-invalid")) throw error;
    const message = "unable to create client";
    return { ready: { status: "False", reason: "InvalidProviderConfig", message }, note: error.message };
  }
}
