import { concealedError } from "@catalyst/base/conceal";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { type FluxController, fluxController } from "../reconcile/controller.ts";
import { intervalOf } from "../reconcile/interval.ts";
import type { Outcome, Session } from "../reconcile/session.ts";
import { dependencyTrigger, hasOtherArtifact, type IsNews, sourceTriggers } from "../source/triggers.ts";
import { Charts } from "./chart.ts";
import { concealing } from "./conceal.ts";
import { uninstallForDeletion } from "./deletion.ts";
import { leaveMoved } from "./moved.ts";
import { observePrerequisites, sourceProblem } from "./observe.ts";
import { prepareRelease, type ReleaseParts } from "./prepare.ts";
import { reconcileRelease } from "./release.ts";
import { settingsOf } from "./settings.ts";
import { valuesDigest } from "./snapshot.ts";
import { composeValues } from "./values.ts";
import { valuesTriggers, watchedValues } from "./watched-values.ts";

export type HelmReleaseOptions = Omit<ReleaseParts, "charts">;

/** What waits for something outside is looked at again after this long, as in Flux. */
const dependencyInterval = 30_000;

/** Reconciles HelmRelease: keeps a Helm release as its chart and values say. */
export function helmReleaseController(options: HelmReleaseOptions): FluxController<HelmRelease> {
  const parts: ReleaseParts = { ...options, charts: new Charts(options.work) };
  return fluxController<HelmRelease>({
    type: helmReleases,
    component: "helm-controller",
    fieldManager: "helm-controller",
    observesSuspended: true,
    // Actions wait for workloads; a waiting reconcile costs a place and nothing else.
    concurrency: 128,
    triggers: [
      ...sourceTriggers(helmReleases, ({ spec }) => spec.chartRef, wakesRelease),
      dependencyTrigger(helmReleases),
      ...valuesTriggers,
    ],
    inputs: async (session) => [await observePrerequisites(session), await watchedValues(session)],
    isCurrent: async (session) => {
      // What others changed while nobody looked is told by a look at the objects alone.
      if (settingsOf(session.object).driftDetection.mode !== "disabled") return false;
      const { unready, artifact } = await observePrerequisites(session);
      if ((await watchedValues(session)) !== undefined) {
        // they may have changed while nobody looked
        const { values } = await composeValues(session.client, session.object);
        if (valuesDigest(values as JsonObject) !== session.object.status?.lastAttemptedConfigDigest)
          return false;
      }
      // A chart may have come while nobody looked.
      const digest = artifact?.revision.split("@").at(-1);
      return (
        unready === undefined &&
        digest !== undefined &&
        digest === session.object.status?.lastAttemptedRevisionDigest
      );
    },
    reconcile: (session) => reconcile(session, parts),
    finalize: (session) => uninstallForDeletion(session, parts),
  });
}

/** A source that was looked at anew with the same artifact is what a waiting release waits for as well. */
const wakesRelease: IsNews = (source, previous) =>
  hasOtherArtifact(source, previous) ||
  previous === undefined ||
  sourceProblem(source) !== sourceProblem(previous);

/**
 * Fields of Flux that the embedded reconciler doesn't carry out. They decide with whose rights something is applied, or
 * whether it is, and are refused rather than ignored.
 */
const refusedFields = ["chart", "healthCheckExprs", "kubeConfig", "serviceAccountName"] as const;

function refusedField({ spec }: HelmRelease): string | undefined {
  const field = refusedFields.find((each) => spec[each] !== undefined);
  if (field !== undefined) return `spec.${field}`;
  const index = (spec.dependsOn ?? []).findIndex(({ readyExpr }) => readyExpr !== undefined);
  return index < 0 ? undefined : `spec.dependsOn[${index}].readyExpr`;
}

async function reconcile(session: Session<HelmRelease>, parts: ReleaseParts): Promise<Outcome> {
  const { object, draft } = session;
  const { conditions } = draft;
  const refused = refusedField(object);
  if (refused !== undefined) {
    const message = `${refused} is not supported by this cluster`;
    conditions.markFalse("Ready", "InvalidSpec", message);
    conditions.markStalled("InvalidSpec", message);
    await session.record({ type: "Warning", reason: "InvalidSpec", message });
    return { outcome: "stalled", reason: message };
  }
  conditions.markReconciling("Progressing", "Fulfilling prerequisites");
  const { unready, artifact, sourceProblem } = await observePrerequisites(session);
  if (unready !== undefined) return await wait(session, "DependencyNotReady", unready);
  if (sourceProblem !== undefined || artifact === undefined) {
    const { reason = "SourceNotReady", message = "" } = sourceProblem ?? {};
    conditions.markFalse("Ready", reason, message);
    return { outcome: "retry", after: dependencyInterval, reason: message };
  }
  let secretTexts: readonly string[] = [];
  try {
    const composed = await composeValues(session.client, object);
    secretTexts = composed.secretTexts;
    const concealed = concealing(session, secretTexts);
    const prepared = await prepareRelease(concealed, parts, artifact, composed.values as JsonObject);
    return (await leaveMoved(concealed, prepared, parts)) ?? (await reconcileRelease(concealed, prepared));
  } catch (error) {
    return failedPrerequisite(session, concealedError(error, secretTexts));
  }
}

async function wait(session: Session<HelmRelease>, reason: string, message: string): Promise<Outcome> {
  const before = session.object.status?.conditions?.find((condition) => condition.type === "Ready");
  session.draft.conditions.markFalse("Ready", reason, message);
  if (before?.message !== message) await session.record({ type: "Normal", reason, message });
  return { outcome: "retry", after: dependencyInterval, reason: message };
}

const noChart = { reason: "ArtifactFailed", words: "Could not load chart: " };

/** What Ready says of errors, by how their codes begin. */
const failures: Readonly<Record<string, { readonly reason: string; readonly words: string }>> = {
  values: { reason: "ValuesError", words: "" },
  artifact: noChart,
  chart: noChart,
  drift: { reason: "StateError", words: "Could not determine release state: " },
};

async function failedPrerequisite(session: Session<HelmRelease>, error: unknown): Promise<Outcome> {
  if (session.signal.aborted || !isCatalystError(error)) throw error;
  if (error.code === "reconcile-superseded") {
    session.draft.conditions.markFalse("Ready", "HealthCheckCanceled", error.message);
    return { outcome: "retry", after: 0, reason: error.message };
  }
  const prefix = error.code.split("-")[0] ?? "";
  const failure = Object.hasOwn(failures, prefix) ? failures[prefix] : undefined;
  if (failure === undefined) throw error;
  const { reason } = failure;
  const message = `${failure.words}${describeError(error)}`;
  session.draft.conditions.markFalse("Ready", reason, message);
  await session.record({ type: "Warning", reason, message });
  return {
    outcome: "retry",
    after: Math.min(intervalOf(session.object), dependencyInterval),
    reason: message,
  };
}
