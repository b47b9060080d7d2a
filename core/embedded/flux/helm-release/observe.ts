import type { Artifact, HelmRelease } from "@catalyst/ports/flux";
import { helmReleases } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";
import { findSource, type SourceObject } from "../source/reference.ts";

/** What a release needs before anything can be done about it. */
export interface ReleasePrerequisites {
  /** The first dependency that isn't ready, in Flux's words. */
  readonly unready: string | undefined;
  readonly artifact: Artifact | undefined;
  /** Why there's no artifact to use. */
  readonly sourceProblem: { readonly reason: string; readonly message: string } | undefined;
}

/** Reads the dependencies and the chart's source. */
export async function observePrerequisites(session: Session<HelmRelease>): Promise<ReleasePrerequisites> {
  const { object, client } = session;
  const namespace = object.metadata.namespace ?? "";
  const unready = await unreadyDependency(session);
  if (unready !== undefined) return { unready, artifact: undefined, sourceProblem: undefined };
  const reference = object.spec.chartRef;
  if (reference === undefined) {
    const message = "spec.chart is not supported by this cluster: use spec.chartRef";
    return { unready, artifact: undefined, sourceProblem: { reason: "ArtifactFailed", message } };
  }
  const source = await findSource(client, reference, namespace);
  const name = `${reference.kind} '${reference.namespace ?? namespace}/${reference.name}'`;
  if (source === undefined) {
    const message = `could not get Source object: ${name} not found`;
    return { unready, artifact: undefined, sourceProblem: { reason: "ArtifactFailed", message } };
  }
  const problem = sourceProblem(source);
  if (problem === undefined) return { unready, artifact: source.status?.artifact, sourceProblem: undefined };
  const message = `${name} is not ready: ${problem}`;
  return { unready, artifact: undefined, sourceProblem: { reason: "SourceNotReady", message } };
}

/** Why a source's artifact can't be used; undefined when it can. */
export function sourceProblem(source: SourceObject): string | undefined {
  const { status, metadata } = source;
  const condition = (type: string) => status?.conditions?.find((item) => item.type === type);
  if (status?.observedGeneration !== metadata.generation) {
    const ready = condition("Ready");
    return ready?.status === "False" ? ready.message : "latest generation of object has not been reconciled";
  }
  const stalled = condition("Stalled");
  if (stalled?.status === "True") return stalled.message;
  return status?.artifact === undefined ? "does not have an artifact" : undefined;
}

async function unreadyDependency({ object, client }: Session<HelmRelease>): Promise<string | undefined> {
  for (const reference of object.spec.dependsOn ?? []) {
    const key = { namespace: reference.namespace ?? object.metadata.namespace ?? "", name: reference.name };
    const dependency = await client.find(helmReleases, key);
    const name = `${key.namespace}/${key.name}`;
    if (dependency === undefined) return `unable to get '${name}' dependency: not found`;
    const ready = dependency.status?.conditions?.find((condition) => condition.type === "Ready");
    const isReady =
      ready?.status === "True" && dependency.status?.observedGeneration === dependency.metadata.generation;
    if (!isReady) return `dependency '${name}' is not ready`;
  }
  return undefined;
}
