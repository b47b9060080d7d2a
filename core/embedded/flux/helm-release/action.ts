import { rfc3339 } from "@catalyst/base/clock";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import type { CrdFile, ReleaseRecord } from "@catalyst/charts/records";
import {
  type ClusterClient,
  customResourceDefinitions,
  type KubeObject,
  keyOf,
  namespaces,
} from "@catalyst/ports/kubernetes";
import { type ObjectId, objectIdOf } from "../apply/index.ts";
import { waitForObjects } from "../readiness/index.ts";
import type { ActionContext } from "./context.ts";
import { runHooks } from "./hooks.ts";
import { applyManifest, deleteObjects, manifestObjects, placedObjects } from "./objects.ts";
import type { RenderedRelease } from "./rendering.ts";
import type { ActionSettings } from "./settings.ts";

/** How an action ended: the revisions it wrote, the newest first, and what went wrong. */
export interface ActionResult {
  readonly records: readonly ReleaseRecord[];
  readonly objects: readonly ObjectId[];
  readonly error: unknown;
}

function described(
  record: ReleaseRecord,
  status: ReleaseRecord["info"]["status"],
  description: string,
): ReleaseRecord {
  return { ...record, info: { ...record.info, status, description } };
}

/** Installs a rendered release: its record says `pending-install`. */
export async function install(context: ActionContext, rendered: RenderedRelease): Promise<ActionResult> {
  const { client, settings } = context;
  if (settings.createNamespace) await ensureNamespace(client, context.release.namespace);
  await applyCrds(context, rendered.crds, settings.install);
  await context.storage.create(rendered.record);
  return release(
    context,
    rendered,
    { settings: settings.install, pre: "pre-install", post: "post-install" },
    [],
    "Install complete",
  );
}

/** Upgrades to a rendered release: its record says `pending-upgrade`. `current`: what is deployed, or was tried last. */
export async function upgrade(
  context: ActionContext,
  rendered: RenderedRelease,
  current: ReleaseRecord,
): Promise<ActionResult> {
  const { settings, storage } = context;
  const pending = rendered.record;
  await applyCrds(context, rendered.crds, settings.upgrade);
  const old = await manifestObjects(current.manifest, context);
  await storage.create(pending);
  const step = { settings: settings.upgrade, pre: "pre-upgrade", post: "post-upgrade" } as const;
  const result = await release(context, rendered, step, old, "Upgrade complete");
  if (result.error !== undefined) return result;
  const replaced = await supersede(context, pending.version);
  await storage.prune(settings.maxHistory);
  return { ...result, records: [...result.records, ...replaced] };
}

/** Goes back to a stored revision, as a new one. */
export async function rollback(
  context: ActionContext,
  target: ReleaseRecord,
  current: ReleaseRecord,
): Promise<ActionResult> {
  const now = rfc3339(context.clock.now());
  const pending: ReleaseRecord = {
    ...target,
    version: current.version + 1,
    info: {
      ...target.info,
      firstDeployed: current.info.firstDeployed,
      lastDeployed: now,
      status: "pending-rollback",
      description: `Rollback to ${target.version}`,
      rollbackRevision: target.version,
    },
    labels: {},
  };
  const documents = await context.work.readManifest(pending.manifest, context.signal);
  await context.storage.create(pending);
  const old = await manifestObjects(current.manifest, context);
  const step = { settings: context.settings.rollback, pre: "pre-rollback", post: "post-rollback" } as const;
  const result = await release(
    context,
    { record: pending, documents },
    step,
    old,
    `Rollback to ${target.version}`,
  );
  if (result.error !== undefined) return result;
  const replaced = await supersede(context, pending.version);
  return { ...result, records: [...result.records, ...replaced] };
}

interface Step {
  readonly settings: ActionSettings;
  readonly pre: "pre-install" | "pre-upgrade" | "pre-rollback";
  readonly post: "post-install" | "post-upgrade" | "post-rollback";
}

/** Runs hooks, applies, drops what is no longer there, waits, runs hooks; and stores how it ended. */
async function release(
  context: ActionContext,
  pending: Pick<RenderedRelease, "record" | "documents">,
  { settings, pre, post }: Step,
  old: readonly KubeObject[],
  description: string,
): Promise<ActionResult> {
  let { record } = pending;
  let objects: readonly KubeObject[] = [];
  try {
    objects = await placedObjects(pending.documents, context);
    if (settings.hooks) record = await runHooks(context, record, pre, settings.timeout);
    await applyManifest(objects, context);
    await deleteObjects(withoutThose(old, objects), context);
    if (settings.wait)
      await waitForObjects(objects.map(objectIdOf), { ...context, timeout: settings.timeout });
    if (settings.hooks) record = await runHooks(context, record, post, settings.timeout);
  } catch (error) {
    if (isCatalystError(error, "release-hook-failed"))
      record = (error.details?.["record"] as ReleaseRecord) ?? record;
    const what = pre.slice("pre-".length);
    const name = `${what[0]?.toUpperCase()}${what.slice(1)} "${record.name}" failed: ${describeError(error)}`;
    const failed = described(
      record,
      "failed",
      what === "install" ? name.replace("Install", "Release") : name,
    );
    await context.storage.update(failed);
    return { records: [failed], objects: objects.map(objectIdOf), error };
  }
  const deployed = described(record, "deployed", description);
  await context.storage.update(deployed);
  return { records: [deployed], objects: objects.map(objectIdOf), error: undefined };
}

function withoutThose(old: readonly KubeObject[], present: readonly KubeObject[]): readonly KubeObject[] {
  const key = (object: KubeObject) => {
    const { group, kind, namespace, name } = objectIdOf(object);
    return [group, kind, namespace, name].join("/");
  };
  const keys = new Set(present.map(key));
  return old.filter((object) => !keys.has(key(object)));
}

/** Marks every other deployed revision as superseded. */
async function supersede(context: ActionContext, version: number): Promise<readonly ReleaseRecord[]> {
  const deployed = (await context.storage.all()).filter(
    (record) => record.version !== version && record.info.status === "deployed",
  );
  const superseded = deployed.map((record) => described(record, "superseded", record.info.description));
  for (const record of superseded) await context.storage.update(record);
  return superseded;
}

/** Removes a release: hooks, objects in the reverse of their order, and its records unless they are kept. */
export async function uninstall(context: ActionContext, last: ReleaseRecord): Promise<ActionResult> {
  const { settings, storage, clock } = context;
  const { timeout, hooks, wait, keepHistory } = settings.uninstall;
  let record = described(last, "uninstalling", "Deletion in progress (or silently failed)");
  await storage.update(record);
  try {
    if (hooks) record = await runHooks(context, record, "pre-delete", timeout);
    const objects = [...(await manifestObjects(record.manifest, context))].reverse();
    const deleted = await deleteObjects(objects, context);
    if (wait) await waitForObjects(deleted, { ...context, timeout, until: "gone" });
    if (hooks) record = await runHooks(context, record, "post-delete", timeout);
  } catch (error) {
    return { records: [record], objects: [], error };
  }
  const deleted = rfc3339(clock.now());
  const gone: ReleaseRecord = {
    ...record,
    info: { ...record.info, status: "uninstalled", description: "Uninstallation complete", deleted },
  };
  if (keepHistory) await storage.update(gone);
  else for (const { version } of await storage.all()) await storage.remove(version);
  return { records: [gone], objects: [], error: undefined };
}

/** Runs a release's test hooks. */
export async function runTests(context: ActionContext, deployed: ReleaseRecord): Promise<ActionResult> {
  try {
    const record = await runHooks(context, deployed, "test", context.settings.test.timeout);
    await context.storage.update(record);
    return { records: [record], objects: [], error: undefined };
  } catch (error) {
    if (!isCatalystError(error, "release-hook-failed")) throw error;
    const record = (error.details?.["record"] as ReleaseRecord) ?? deployed;
    await context.storage.update(record);
    return { records: [record], objects: [], error };
  }
}

/** Frees a release that an action left pending when it was cut short (fault 39). */
export async function unlock(context: ActionContext, pending: ReleaseRecord): Promise<ReleaseRecord> {
  const words = `Release unlocked from stale '${pending.info.status}' state`;
  const record = described(pending, "failed", words);
  await context.storage.update(record);
  return record;
}

async function ensureNamespace(client: ClusterClient, name: string): Promise<void> {
  if ((await client.find(namespaces, { name })) !== undefined) return;
  const metadata = { name, labels: { name } };
  await client.apply(
    namespaces,
    { apiVersion: "v1", kind: "Namespace", metadata },
    { fieldManager: "helm-controller" },
  );
}

/** Applies a chart's definitions as the policy says, and waits until they are served. */
async function applyCrds(
  context: ActionContext,
  crds: readonly CrdFile[],
  settings: ActionSettings,
): Promise<void> {
  if (settings.crds === "Skip" || crds.length === 0) return;
  const { client } = context;
  const objects: KubeObject[] = [];
  for (const { content } of crds) objects.push(...(await manifestObjects(content, context)));
  for (const object of objects) {
    const exists = (await client.find(customResourceDefinitions, keyOf(object))) !== undefined;
    if (exists && settings.crds === "Create") continue;
    await client.apply(customResourceDefinitions, object, { fieldManager: "helm-controller", force: true });
  }
  await waitForObjects(objects.map(objectIdOf), { ...context, timeout: settings.timeout });
}
