import type { JsonObject } from "@catalyst/base/json";
import type { Artifact, HelmRelease } from "@catalyst/ports/flux";
import type { ResourceTypes } from "../apply/index.ts";
import type { ArtifactStore } from "../artifacts/index.ts";
import type { FluxWork } from "../jobs.ts";
import type { Session } from "../reconcile/session.ts";
import type { ChartArchive, Charts } from "./chart.ts";
import type { ActionContext } from "./context.ts";
import { type ReleaseSettings, settingsOf } from "./settings.ts";
import { ReleaseStorage } from "./storage.ts";

/** What reconciling a release needs besides the session. */
export interface ReleaseParts {
  readonly store: ArtifactStore;
  readonly types: ResourceTypes;
  readonly work: FluxWork;
  readonly charts: Charts;
}

/** A release ready to be worked on. */
export interface PreparedRelease {
  readonly chart: ChartArchive;
  readonly values: JsonObject;
  readonly settings: ReleaseSettings;
  readonly context: ActionContext;
}

/** Loads the chart of an artifact and opens the release's storage. Throws `artifact-…` and `chart-…`. */
export async function prepareRelease(
  session: Session<HelmRelease>,
  options: ReleaseParts,
  artifact: Artifact,
  values: JsonObject,
): Promise<PreparedRelease> {
  const archive = await options.store.bytes(session.cluster, artifact);
  const chart = await options.charts.open(archive, artifact, session.signal);
  const settings = settingsOf(session.object);
  return {
    chart,
    values,
    settings,
    context: actionContext(session, settings, settings.storageNamespace, options),
  };
}

/** The context of a release's actions, with its records in `storageNamespace`. */
export function actionContext(
  session: Session<HelmRelease>,
  settings: ReleaseSettings,
  storageNamespace: string,
  { types, work }: Pick<ReleaseParts, "types" | "work">,
): ActionContext {
  const { client, clock, signal, object } = session;
  return {
    client,
    types,
    work,
    clock,
    signal,
    settings,
    storage: new ReleaseStorage(client, clock, storageNamespace, settings.releaseName),
    release: { name: settings.releaseName, namespace: settings.releaseNamespace },
    origin: {
      "helm.toolkit.fluxcd.io/name": object.metadata.name,
      "helm.toolkit.fluxcd.io/namespace": object.metadata.namespace ?? "",
    },
  };
}
