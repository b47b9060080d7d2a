import { CatalystError } from "@catalyst/base/errors";
import type { ReleaseRecord } from "@catalyst/charts/records";
import { isKubernetesError, type KubeObject, namespaces } from "@catalyst/ports/kubernetes";
import {
  type ActionResult,
  described,
  finished,
  hookOptions,
  prefixed,
  waitForRelease,
  wordsOf,
} from "./action.ts";
import type { ActionContext } from "./context.ts";
import { applyDefinitions } from "./definitions.ts";
import { runHooksAndClean } from "./hooks.ts";
import { existingObjects, owned, placedObjects } from "./objects.ts";
import type { RenderedRelease } from "./rendering.ts";
import { createObjects, fieldManager, updateObjects } from "./write-objects.ts";

/**
 * Installs a rendered release whose record says `pending-install`; `stored`: the revisions there are, the newest
 * first. What is refused before anything is stored is thrown. Source: Helm's Install.
 */
export async function install(
  context: ActionContext,
  rendered: RenderedRelease,
  stored: readonly ReleaseRecord[],
): Promise<ActionResult> {
  const { storage, settings, release } = context;
  const serverSide = settings.install.serverSideApply !== "disabled";
  const definitions = await applyDefinitions(context, rendered.crds, settings.install, serverSide);
  const [last] = stored;
  requireFreeName(last, settings.install.replace);
  const objects = (
    await placedObjects(rendered.documents, context).catch((error: unknown) => {
      throw prefixed(error, "unable to build kubernetes objects from release manifest: ");
    })
  ).map((object) => owned(object, release));
  const adopted = await existingObjects(objects, settings.install.takeOwnership, context).catch(
    (error: unknown) => {
      throw prefixed(error, "unable to continue with install: ");
    },
  );
  if (settings.createNamespace) await makeNamespace(context, serverSide);
  const record = await replacing(context, rendered.record, last);
  await storage.create(record);
  const ended = await perform(context, record, { objects, adopted, serverSide });
  await storage.update(ended.record);
  return finished(context, definitions, ended.record, ended.error);
}

/** A name is taken again only where that is wanted, and only when its release is over. */
function requireFreeName(last: ReleaseRecord | undefined, mayReplace: boolean): void {
  if (last === undefined) return;
  const isOver = last.info.status === "uninstalled" || last.info.status === "failed";
  if (mayReplace && isOver) return;
  const words = "release name check failed: cannot reuse a name that is still in use";
  throw new CatalystError("release-name-taken", words);
}

/** The record as it follows the one whose name it takes. */
async function replacing(
  { storage }: ActionContext,
  record: ReleaseRecord,
  last: ReleaseRecord | undefined,
): Promise<ReleaseRecord> {
  if (last === undefined) return record;
  if (last.info.status !== "failed")
    await storage.update(described(last, "superseded", "superseded by new release"));
  return { ...record, version: last.version + 1 };
}

interface Prepared {
  readonly objects: readonly KubeObject[];
  /** Those that are in the cluster already. */
  readonly adopted: readonly KubeObject[];
  readonly serverSide: boolean;
}

async function perform(
  context: ActionContext,
  pending: ReleaseRecord,
  prepared: Prepared,
): Promise<{ readonly record: ReleaseRecord; readonly error: unknown }> {
  const settings = context.settings.install;
  let record = pending;
  const hooks = async (event: "pre-install" | "post-install") => {
    if (!settings.hooks) return;
    const run = await runHooksAndClean(context, record, hookOptions(event, prepared.serverSide, settings));
    record = run.record;
    if (run.error !== undefined) throw prefixed(run.error, `failed ${event}: `);
  };
  try {
    await hooks("pre-install");
    await write(context, prepared);
    await waitForRelease(context, prepared.objects, settings);
    await hooks("post-install");
    return { record: described(record, "deployed", "Install complete"), error: undefined };
  } catch (error) {
    const words = `Release "${record.name}" failed: ${wordsOf(error)}`;
    return { record: described(record, "failed", words), error };
  }
}

async function write(context: ActionContext, { objects, adopted, serverSide }: Prepared): Promise<void> {
  if (adopted.length === 0) return createObjects(objects, serverSide, context);
  const method = serverSide
    ? ({ method: "server-side", takesOver: true } as const)
    : ({ method: "client-side", threeWay: context.settings.install.takeOwnership } as const);
  const { error } = await updateObjects(adopted, objects, method, context);
  if (error !== undefined) throw error;
}

/** Makes the release's namespace so; server-side one that is there is named by its label as well. */
async function makeNamespace({ client, release }: ActionContext, serverSide: boolean): Promise<void> {
  const metadata = { name: release.namespace, labels: { name: release.namespace } };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata, spec: {} } as const;
  if (serverSide) {
    await client.apply(namespaces, namespace, { fieldManager, force: false, fieldValidation: "Strict" });
    return;
  }
  await client.create(namespaces, namespace, { fieldManager }).catch((error: unknown) => {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
  });
}
