import { systemClock } from "@catalyst/base/clock";
import { type HelmRelease, helmReleases, ociRepositories } from "@catalyst/ports/flux";
import { type ClusterClient, isKubernetesError } from "@catalyst/ports/kubernetes";
import { chartArchive } from "../../core/embedded/flux/testing/chart-archive.ts";
import { comparable, observe, releaseKey } from "./observe.ts";
import { generousTimeout, type Sequence, type Step } from "./sequence.ts";
import { releaseNamespace, type World } from "./world.ts";

const layerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** Longest a step may take before it is given up. */
const patience = 120_000;

/** What a step came to. */
export interface StepSeen {
  readonly step: string;
  /** What helm printed, command by command. */
  readonly helm?: readonly string[];
  /** What was written in the cluster, in order. */
  readonly writes: readonly string[];
  readonly after: unknown;
}

export interface Runner {
  /** Runs the helm program against the world and gives what it printed; `CHART` is the chart pushed last. */
  helm?(words: readonly string[]): Promise<string>;
}

/** Does a sequence in a world and gives what was seen after each step. */
export async function runSequence(
  world: World,
  sequence: Sequence,
  runner: Runner = {},
): Promise<StepSeen[]> {
  const seen: StepSeen[] = [];
  for (const [index, step] of sequence.steps.entries()) {
    const printed = comparable(await take(world, step, String(index + 1), runner)) as string[];
    const written = comparable(world.log.take()) as string[];
    const isEndless = step.isEndless === true;
    const writes = isEndless ? [...new Set(written)] : written;
    const helm = printed.length === 0 ? {} : { helm: printed };
    seen.push({ step: step.title, ...helm, writes, after: await observe(world.client, isEndless) });
  }
  return seen;
}

/** Does a step, waits for what it leads to, and gives what helm printed. */
async function take(world: World, step: Step, token: string, runner: Runner): Promise<readonly string[]> {
  const { client } = world;
  // a suspended release isn't woken by what is prepared for it
  const exists = (await client.find(helmReleases, releaseKey)) !== undefined;
  const isChanged = exists && step.deleted !== true;
  if (isChanged) await seen(client, `${token} suspended`, { spec: { ...cleared(step), suspend: true } });
  await step.edit?.(client);
  if (step.chart !== undefined) {
    await push(world, step.chart);
    // what a controller hears of this release now it hears of after the chart
    if (isChanged) await seen(client, `${token} chart`);
  }
  const printed: string[] = [];
  for (const words of step.helm ?? []) {
    if (runner.helm === undefined) throw new Error(`${step.title}: there is no helm here`);
    printed.push(await runner.helm(words));
  }
  if (step.deleted === true) {
    await remove(world);
    return printed;
  }
  const annotations = { [requestedAt]: token };
  if (exists) {
    const nulls = Object.entries(step.spec ?? {}).map(([name, value]) => [name, value ?? null]);
    const spec = { ...Object.fromEntries(nulls), suspend: null };
    await client.mergePatch(helmReleases, releaseKey, { metadata: { annotations }, spec });
  } else {
    await client.create(helmReleases, newRelease(step.spec, annotations));
  }
  if (step.isEndless === true) await failed(world, token);
  else await settled(world, token, step.isRetried === true);
  return printed;
}

const requestedAt = "reconcile.fluxcd.io/requestedAt";

/**
 * Changes a suspended release, and waits until its reconciler has seen that: it hears of releases and of charts by two
 * watches, and of a new chart before a suspension that was earlier, at times.
 */
async function seen(client: ClusterClient, token: string, change: object = {}): Promise<void> {
  const metadata = { annotations: { [requestedAt]: token } };
  await client.mergePatch(helmReleases, releaseKey, { ...change, metadata });
  await poll("the reconciler to see the release", async () => {
    const { status } = await client.get(helmReleases, releaseKey);
    return status?.lastHandledReconcileAt === token;
  });
}

/** Takes away the fields that a step sets, so that it sets them whole. */
function cleared({ spec = {} }: Step): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys(spec).map((name) => [name, null]));
}

function newRelease(spec: Step["spec"], annotations: Readonly<Record<string, string>>): HelmRelease {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { ...releaseKey, annotations },
    spec: {
      interval: "1h",
      timeout: generousTimeout,
      chartRef: { kind: "OCIRepository", name: releaseKey.name },
      releaseName: "site",
      targetNamespace: releaseNamespace,
      storageNamespace: releaseNamespace,
      ...(spec as Partial<HelmRelease["spec"]>),
    },
  };
}

async function push(world: World, chart: NonNullable<Step["chart"]>): Promise<void> {
  const { client, registry } = world;
  world.chart = chartArchive(chart.files, chart.version);
  const digest = await registry.push(chart.version, layerType, world.chart);
  const spec = {
    url: "oci://registry.test/blueprints/site",
    interval: "1h",
    ref: { digest },
    layerSelector: { mediaType: layerType, operation: "copy" as const },
  };
  try {
    await client.create(ociRepositories, {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "OCIRepository",
      metadata: releaseKey,
      spec,
    });
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    await client.mergePatch(ociRepositories, releaseKey, { spec });
  }
  await poll("the chart's artifact", async () => {
    const { status } = await client.get(ociRepositories, releaseKey);
    return status?.artifact?.revision.includes(digest) === true;
  });
}

async function remove({ client }: World): Promise<void> {
  await client.delete(helmReleases, releaseKey);
  await poll(
    "the HelmRelease to go",
    async () => (await client.find(helmReleases, releaseKey)) === undefined,
  );
}

/** Waits until an attempt has failed, and lets no more follow. */
async function failed({ client }: World, token: string): Promise<void> {
  await poll("an attempt that fails", async () => {
    const { status } = await client.get(helmReleases, releaseKey);
    // what failed before may be told still
    const isUnknown = status?.conditions?.some(({ reason }) => reason === "StateError") === true;
    return status?.lastHandledReconcileAt === token && ((status.failures ?? 0) > 0 || isUnknown);
  });
  await client.mergePatch(helmReleases, releaseKey, { spec: { suspend: true } });
  let version: string | undefined;
  await poll("the attempt to end", async () => {
    await systemClock.sleep(quiet);
    const { metadata } = await client.get(helmReleases, releaseKey);
    const isQuiet = metadata.resourceVersion === version;
    version = metadata.resourceVersion;
    return isQuiet;
  });
}

/** An attempt under way has ended when nothing was written for so long, in milliseconds. */
const quiet = 1_500;

/** Looks at a release that stays as it is before it counts as settled: Flux writes a status in several parts. */
const steadyLooks = 5;

/** Waits until a request was handled, by the newest spec and chart, and nothing more is done or will be tried. */
async function settled({ client }: World, token: string, isRetried: boolean): Promise<void> {
  const source = await client.find(ociRepositories, releaseKey);
  const digest = source?.status?.artifact?.revision.split("@").at(-1);
  let version: string | undefined;
  let looks = 0;
  await poll("it to settle", async () => {
    const { status = {}, metadata } = await client.get(helmReleases, releaseKey);
    looks = metadata.resourceVersion === version ? looks + 1 : 0;
    version = metadata.resourceVersion;
    if (looks < steadyLooks) return false;
    const condition = (type: string) => status.conditions?.find((item) => item.type === type);
    const isHandled =
      status.lastHandledReconcileAt === token &&
      status.observedGeneration === metadata.generation &&
      status.lastAttemptedGeneration === metadata.generation &&
      status.lastAttemptedRevisionDigest === digest;
    const ready = condition("Ready")?.status;
    const isOver = isRetried
      ? condition("Reconciling")?.reason === "ProgressingWithRetry"
      : condition("Reconciling") === undefined;
    return isHandled && (ready === "True" || ready === "False") && isOver;
  });
}

/** Looks until something has come. Throws when it doesn't: what there is then was never settled. */
async function poll(what: string, isDone: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + patience;
  while (!(await isDone())) {
    if (performance.now() > limit) throw new Error(`waited ${patience / 1000} s for ${what}`);
    await systemClock.sleep(100);
  }
}
