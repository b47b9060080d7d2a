import { rfc3339 } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import {
  clusterSecretStores,
  type ExternalSecret,
  type ExternalStore,
  externalSecrets,
  secretStores,
} from "@catalyst/ports/external-secrets";
import {
  type ClusterClient,
  isKubernetesError,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { type Readiness, readyOf, withReady } from "../conditions.ts";
import { type OpenVault, openStore } from "../secret-store/index.ts";
import { type Refreshed, readValues, writeTarget } from "./act.ts";
import { decide, intervalOf } from "./decide.ts";
import { type ExternalSecretFacts, observe, targetOf, versionOf } from "./observe.ts";
import { failedReadiness, refreshedNote, refreshedReadiness } from "./status.ts";

export interface ExternalSecretOptions {
  readonly openVault: OpenVault;
}

/** How soon a value that can't be had is looked for again, in milliseconds. */
const recheck = 5000;

/** Failures that trying again doesn't heal. */
const lasting = ["target-owned", "target-taken"];

type Context = ReconcileContext<ExternalSecret>;

/** Keeps the Secret of each ExternalSecret as the store has its values. */
export function externalSecretController(options: ExternalSecretOptions): Controller<ExternalSecret> {
  const target: Trigger = {
    type: secrets,
    requests: (cluster, secret, _previous, cache) =>
      cache
        .list(cluster, externalSecrets, secret.metadata.namespace)
        .filter((object) => targetOf(object) === secret.metadata.name)
        .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name })),
  };
  return {
    name: "external-secrets-externalsecret",
    type: externalSecrets,
    triggers: [target, storeTrigger(secretStores), storeTrigger(clusterSecretStores)],
    reconcile: (request, context) => reconcile(request, context, options),
  };
}

/** A store that changed concerns those that couldn't read from it; the others look again at their interval. */
function storeTrigger(type: ResourceType<ExternalStore>): Trigger {
  return {
    type,
    requests: (cluster, store, _previous, cache) =>
      cache
        .list(cluster, externalSecrets, store.metadata.namespace)
        .filter(({ spec, status }) => {
          const { kind = "SecretStore", name } = spec.secretStoreRef ?? {};
          const waits = readyOf(status?.conditions)?.status !== "True";
          return waits && kind === type.kind && name === store.metadata.name;
        })
        .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name })),
  };
}

async function reconcile(
  request: ReconcileRequest,
  context: Context,
  { openVault }: ExternalSecretOptions,
): Promise<ReconcileResult> {
  const client = context.clusters.client(request.cluster);
  const object = await client.find(externalSecrets, request);
  if (object === undefined) return { outcome: "settled" };
  const facts = await observe(client, object, context.clock.now());
  const action = decide(facts);
  switch (action.kind) {
    case "none":
      return { outcome: "settled" };
    case "rest":
      return { outcome: "settled", recheckAfter: action.after };
    case "refuse":
      await failed(client, object, failedReadiness("refused"), action.message, context);
      return { outcome: "stalled", reason: action.message };
    case "refresh":
      return refresh(client, facts, context, openVault);
  }
}

async function refresh(
  client: ClusterClient,
  facts: ExternalSecretFacts,
  context: Context,
  openVault: OpenVault,
): Promise<ReconcileResult> {
  const { object } = facts;
  try {
    const store = await openStore(client, object, openVault);
    const refreshed = await writeTarget(client, facts, await readValues(store, object));
    await done(client, facts, refreshed, context);
    const interval = intervalOf(object);
    return { outcome: "settled", recheckAfter: interval > 0 ? interval : undefined };
  } catch (error) {
    if (context.signal.aborted || !isCatalystError(error) || isKubernetesError(error, "kubernetes-conflict"))
      throw error;
    await failed(client, object, failedReadiness(error.code), error.message, context);
    return lasting.includes(error.code)
      ? { outcome: "stalled", reason: error.message }
      : { outcome: "waiting", reason: error.message, recheckAfter: recheck };
  }
}

async function done(
  client: ClusterClient,
  { object, targetName, now }: ExternalSecretFacts,
  refreshed: Refreshed,
  { clock }: Context,
): Promise<void> {
  const note = refreshedNote(refreshed);
  if (note !== undefined)
    await recordEvent(client, clock, "external-secrets", object, { type: "Normal", ...note });
  const bound = ["created", "updated", "unchanged"].includes(refreshed);
  await writeStatus(client, object, {
    ...object.status,
    ...(bound ? { binding: { name: targetName } } : {}),
    refreshTime: rfc3339(now),
    syncedResourceVersion: versionOf(object),
    conditions: withReady(object.status?.conditions, refreshedReadiness(refreshed), clock),
  });
}

/** The condition says what kind of failure it is, as in External Secrets; the event says which. */
async function failed(
  client: ClusterClient,
  object: ExternalSecret,
  ready: Readiness,
  message: string,
  { clock }: Context,
): Promise<void> {
  const before = readyOf(object.status?.conditions);
  if (before?.status !== ready.status || before.message !== ready.message)
    await recordEvent(client, clock, "external-secrets", object, {
      type: "Warning",
      reason: "UpdateFailed",
      message,
    });
  await writeStatus(client, object, {
    ...object.status,
    conditions: withReady(object.status?.conditions, ready, clock),
  });
}

async function writeStatus(
  client: ClusterClient,
  object: ExternalSecret,
  status: NonNullable<ExternalSecret["status"]>,
): Promise<void> {
  if (jsonEqual(object.status, status)) return;
  try {
    await client.updateStatus(externalSecrets, { ...object, status });
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
  }
}
