import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { describeError, unreachable } from "@catalyst/base/errors";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  type Condition,
  isKubernetesError,
  type KubernetesError,
  keyOf,
} from "@catalyst/ports/kubernetes";
import type { CorrectReady, ToggleSuspend } from "./decide.ts";
import { releaseFacts } from "./facts.ts";
import {
  auditMessage,
  correctedAtAnnotation,
  inProgressAnnotation,
  type RecoverySettings,
  recoveryName,
  toggledAtAnnotation,
} from "./settings.ts";

/** What became of an action. */
export type ActOutcome =
  | { readonly outcome: "corrected" }
  /** Somebody else was faster: it is judged anew by the next run. */
  | { readonly outcome: "skipped"; readonly message: string }
  /** `message` is in the server's words; `missingRule` names the right that the caller lacks. */
  | { readonly outcome: "failed"; readonly message: string; readonly missingRule?: string };

export interface ActContext {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly settings: RecoverySettings;
  /** Aborted: what was begun is brought to its end at once, and nothing new is begun. */
  readonly signal: AbortSignal;
}

const writer = { fieldManager: recoveryName };

/** How often a write is tried that only another's write prevented. */
const attempts = 5;

/** Carries a decision out. Every write is of the version that was judged, or undone. */
export async function act(
  decision: ToggleSuspend | CorrectReady,
  release: HelmRelease,
  context: ActContext,
): Promise<ActOutcome> {
  try {
    switch (decision.action) {
      case "toggle-suspend":
        return decision.step === "suspend"
          ? await toggleSuspend(release, context)
          : await endToggle(release, context);
      case "correct-ready":
        return await correctReady(decision, release, context);
      default:
        return unreachable(decision);
    }
  } catch (error) {
    return outcomeOf(error, "helmreleases");
  }
}

async function toggleSuspend(release: HelmRelease, context: ActContext): Promise<ActOutcome> {
  const { client, clock, settings, signal } = context;
  const now = rfc3339(clock.now());
  const mark = `toggle-suspend ${now}`;
  const suspended = await client.mergePatch(
    helmReleases,
    keyOf(release),
    {
      metadata: {
        resourceVersion: release.metadata.resourceVersion,
        annotations: { [inProgressAnnotation]: mark, [toggledAtAnnotation]: now },
      },
      spec: { suspend: true },
    },
    writer,
  );
  // Whoever wants the run to end mustn't leave it suspended.
  await clock.sleep(settings.pause, signal).catch(() => undefined);
  return endToggle(suspended, context);
}

/** Resumes what carries our mark, if it is still suspended by us alone, and takes the mark away. */
function endToggle(release: HelmRelease, { client }: ActContext): Promise<ActOutcome> {
  const mark = release.metadata.annotations?.[inProgressAnnotation];
  return withNewest(client, release, async (newest) => {
    const { annotations, resourceVersion } = newest.metadata;
    if (annotations?.[inProgressAnnotation] !== mark) return ended;
    const facts = releaseFacts(newest);
    const resumes = "malformed" in facts || (facts.suspended && !facts.suspendedByOthers);
    const patch = { metadata: { resourceVersion, annotations: { [inProgressAnnotation]: null } } };
    const resumed = resumes ? { ...patch, spec: { suspend: false } } : patch;
    await client.mergePatch(helmReleases, keyOf(newest), resumed, writer);
    return ended;
  });
}

const ended: ActOutcome = { outcome: "corrected" };

async function correctReady(
  { step }: CorrectReady,
  release: HelmRelease,
  context: ActContext,
): Promise<ActOutcome> {
  const { client } = context;
  switch (step) {
    case "begin": {
      const now = rfc3339(context.clock.now());
      const { resourceVersion } = release.metadata;
      const marks = { [correctedAtAnnotation]: now, [inProgressAnnotation]: `correct-ready ${now}` };
      const patch = { metadata: { resourceVersion, annotations: marks } };
      return writeReady(await client.mergePatch(helmReleases, keyOf(release), patch, writer), context);
    }
    case "finish":
      return writeReady(release, context);
    case "take-back":
      await takeBack(release, client);
      return {
        outcome: "skipped",
        message: "a killed run's correction no longer applies, and was taken back",
      };
    case "unmark":
      await unmark(release, client);
      return ended;
    default:
      return unreachable(step);
  }
}

/** Writes Ready alone, into exactly the version that carries the marks; what fails takes them back. */
async function writeReady(marked: HelmRelease, { client, clock }: ActContext): Promise<ActOutcome> {
  const { resourceVersion } = marked.metadata;
  const conditions = (marked.status?.conditions ?? []).map((condition) =>
    condition.type === "Ready" ? corrected(condition, clock) : condition,
  );
  try {
    const patch = { metadata: { resourceVersion }, status: { conditions } };
    await client.mergePatch(helmReleases, keyOf(marked), patch, { ...writer, subresource: "status" });
  } catch (error) {
    return undone(marked, client, outcomeOf(error, "helmreleases/status"));
  }
  // It is corrected, whatever becomes of this: the next run takes the mark away otherwise.
  await unmark(marked, client).catch(() => undefined);
  return ended;
}

function corrected(condition: Condition, clock: Clock): Condition {
  return {
    ...condition,
    status: "True",
    reason: "ReconciliationSucceeded",
    message: auditMessage,
    lastTransitionTime: rfc3339(clock.now()),
  };
}

/** An answer that got lost may have been a success: what the cluster holds counts. */
async function undone(marked: HelmRelease, client: ClusterClient, failure: ActOutcome): Promise<ActOutcome> {
  try {
    return (await takeBack(marked, client)) === "written" ? ended : failure;
  } catch (error) {
    if (failure.outcome !== "failed") return outcomeOf(error, "helmreleases");
    const message = `${failure.message}; nor could the annotations be taken back, which the next run does: ${describeError(error)}`;
    return { ...failure, message };
  }
}

/** Takes the marks of a correction away that wasn't written; says whether it was written after all. */
async function takeBack(marked: HelmRelease, client: ClusterClient): Promise<"written" | "taken-back"> {
  const mark = marked.metadata.annotations?.[inProgressAnnotation];
  let written = false;
  await withNewest(client, marked, async (newest) => {
    const { annotations, resourceVersion } = newest.metadata;
    if (annotations?.[inProgressAnnotation] !== mark) return ended;
    written = (newest.status?.conditions ?? []).some(
      ({ type, message }) => type === "Ready" && message === auditMessage,
    );
    const marks = written
      ? { [inProgressAnnotation]: null }
      : { [inProgressAnnotation]: null, [correctedAtAnnotation]: null };
    const patch = { metadata: { resourceVersion, annotations: marks } };
    await client.mergePatch(helmReleases, keyOf(newest), patch, writer);
    return ended;
  });
  return written ? "written" : "taken-back";
}

async function unmark(marked: HelmRelease, client: ClusterClient): Promise<void> {
  const mark = marked.metadata.annotations?.[inProgressAnnotation];
  await withNewest(client, marked, async ({ metadata }) => {
    if (metadata.annotations?.[inProgressAnnotation] !== mark) return ended;
    const { resourceVersion } = metadata;
    const patch = { metadata: { resourceVersion, annotations: { [inProgressAnnotation]: null } } };
    await client.mergePatch(helmReleases, keyOf(marked), patch, writer);
    return ended;
  });
}

/** Writes to the newest version of a release, again where another's write came between; gone or going is done. */
async function withNewest(
  client: ClusterClient,
  release: HelmRelease,
  write: (newest: HelmRelease) => Promise<ActOutcome>,
): Promise<ActOutcome> {
  for (let attempt = 1; ; attempt++) {
    const newest = await client.find(helmReleases, keyOf(release));
    if (newest === undefined || newest.metadata.uid !== release.metadata.uid) return ended;
    if (newest.metadata.deletionTimestamp !== undefined) return ended;
    try {
      return await write(newest);
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found")) return ended;
      if (attempt >= attempts || !isKubernetesError(error, "kubernetes-conflict")) throw error;
    }
  }
}

type Guarded = keyof typeof rules;

/** What recovery needs rights to, as a ClusterRole grants them. */
const rules = {
  helmreleases: "helm.toolkit.fluxcd.io helmreleases: get, list, watch, patch",
  "helmreleases/status": "helm.toolkit.fluxcd.io helmreleases/status: patch, update",
  secrets: "secrets: get, list",
  events: "events: create",
} as const;

/** The rule that would have allowed what a server refused; undefined where it didn't refuse by right. */
export function missingRule(error: unknown, resource: Guarded): string | undefined {
  return isKubernetesError(error, "kubernetes-forbidden") ? rules[resource] : undefined;
}

function outcomeOf(error: unknown, resource: Guarded): ActOutcome {
  if (isKubernetesError(error, "kubernetes-conflict"))
    return { outcome: "skipped", message: "it was changed while it was judged" };
  if (isKubernetesError(error, "kubernetes-not-found")) return { outcome: "skipped", message: "it is gone" };
  const rule = missingRule(error, resource);
  const message = serverWords(error);
  return { outcome: "failed", message, ...(rule === undefined ? {} : { missingRule: rule }) };
}

/** On one line. */
function serverWords(error: unknown): string {
  return describeError(error as KubernetesError).replace(/\s+/g, " ");
}
