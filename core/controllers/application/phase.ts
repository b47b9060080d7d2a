import { unreachable } from "@catalyst/base/errors";
import type { Phase, Why } from "@catalyst/model/application";
import type { HelmRelease, OciRepository } from "@catalyst/ports/flux";
import type { Condition, ContainerStatus, Pod } from "@catalyst/ports/kubernetes";
import type { ApplicationAction } from "./decide.ts";
import type { ApplicationFacts } from "./facts.ts";
import type { MissingValue } from "./given-values.ts";
import { pullReason } from "./pull-reason.ts";

/** What an Application is doing, and why it isn't Running. */
export interface PhaseVerdict {
  readonly phase: Phase;
  readonly why?: Why;
}

/** Derives the phase from the facts and the decision made on them. */
export function phaseOf(facts: ApplicationFacts, action: ApplicationAction): PhaseVerdict {
  switch (action.kind) {
    case "wait-for-dependents":
      return deleting(
        "waiting",
        `it is still needed by ${action.dependents.join(", ")}`,
        `Remove ${action.dependents[0]} first.`,
      );
    case "uninstall":
    case "wait-for-uninstall":
      return deleting("waiting", uninstalling(facts));
    case "delete-namespace":
    case "remove-finalizer":
      return deleting("waiting", "what is left is being removed");
    case "wait-for-namespace":
      return deleting("waiting", action.message);
    case "refuse":
      return {
        phase: "Failed",
        why: {
          label: "doomed",
          sentence: sentence(action.message),
          action: "Choose a version that is in the catalog.",
        },
      };
    case "wait-for-value":
      return waitingForValue(facts, action.missing);
    case "add-finalizer":
      return { phase: "Pending", why: { label: "waiting", sentence: "It has only just been asked for." } };
    case "none":
    case "expand":
      return facts.application.metadata.deletionTimestamp === undefined
        ? installedPhase(facts)
        : deleting("waiting", "what is left is being removed");
    default:
      return unreachable(action);
  }
}

function waitingForValue(facts: ApplicationFacts, missing: MissingValue): PhaseVerdict {
  const why: Why = { label: "waiting", sentence: sentence(missing.message) };
  // a reference or a read that is on its way needs nobody
  const lost = missing.reason === "SecretNotReadable";
  return {
    phase: isInstalled(facts) ? "Updating" : "Pending",
    why: lost ? { ...why, action: "Give the value again; the new version is a commit." } : why,
  };
}

function isInstalled({ helmRelease }: ApplicationFacts): boolean {
  return (
    helmRelease?.status?.history?.some(
      (entry) => entry.status === "deployed" || entry.status === "superseded",
    ) ?? false
  );
}

function deleting(label: Why["label"], text: string, action?: string): PhaseVerdict {
  return {
    phase: "Deleting",
    why: { label, sentence: sentence(text), ...(action === undefined ? {} : { action }) },
  };
}

function installedPhase(facts: ApplicationFacts): PhaseVerdict {
  if (facts.application.spec.suspended === true) return { phase: "Paused" };
  const { helmRelease } = facts;
  const ready = condition(helmRelease, "Ready");
  const current =
    helmRelease !== undefined && helmRelease.status?.observedGeneration === helmRelease.metadata.generation;
  const why = firstWhy(facts);
  if (current && ready?.status === "True" && isDeployed(facts))
    return podsWanted(facts) > podsReady(facts)
      ? { phase: "Degraded", why: why ?? someNotReady(facts) }
      : { phase: "Running" };
  const failed = why?.label === "doomed" || why?.label === "stuck";
  if (failed && condition(helmRelease, "Reconciling")?.status !== "True") return { phase: "Failed", why };
  if (ready?.reason === "DependencyNotReady")
    return { phase: "Pending", ...(why === undefined ? {} : { why }) };
  return {
    phase: isInstalled(facts) ? "Updating" : "Installing",
    why: why ?? underWay(facts),
  };
}

/** What an install or upgrade that nothing is wrong with waits for. */
function underWay(facts: ApplicationFacts): Why {
  if (podsWanted(facts) > podsReady(facts)) return someNotReady(facts);
  const ready = condition(facts.helmRelease, "Ready");
  const upgrades = isInstalled(facts);
  // Flux's own words are of its action and its time limit, or still of the release before
  if (ready?.reason === "Progressing")
    return { label: "waiting", sentence: upgrades ? "Helm is upgrading it." : "Helm is installing it." };
  const soon = `Flux is about to ${upgrades ? "upgrade" : "install"} it`;
  return { label: "waiting", sentence: sentence(ready?.status === "True" ? soon : ready?.message || soon) };
}

/** The release Flux reports is of the chart the Application pins. */
function isDeployed({ application, helmRelease }: ApplicationFacts): boolean {
  const pinned = application.spec.blueprint.digest;
  const newest = helmRelease?.status?.history?.[0];
  return newest === undefined || newest.ociDigest === undefined || newest.ociDigest === pinned;
}

/** Checks in the order of how much they explain; the first that answers is the reason. */
const checks: readonly ((facts: ApplicationFacts) => Why | undefined)[] = [
  refusedSource,
  dependencyNotReady,
  imageProblem,
  crashing,
  unschedulable,
  sourceNotReady,
  helmFailure,
];

function firstWhy(facts: ApplicationFacts): Why | undefined {
  for (const check of checks) {
    const why = check(facts);
    if (why !== undefined) return why;
  }
  return undefined;
}

function refusedSource({ source }: ApplicationFacts): Why | undefined {
  const ready = condition(source, "Ready");
  if (ready?.status !== "False") return undefined;
  const verified = condition(source, "SourceVerified");
  if (verified?.status === "False")
    return {
      label: "doomed",
      sentence: sentence(`The signature doesn't verify: ${verified.message}`),
      action: "Install a release that is signed with a trusted key.",
    };
  return {
    label: "slow",
    sentence: sentence(`The package can't be fetched: ${ready.message}`),
    action: "Check that the registry answers; it is tried again by itself.",
  };
}

function dependencyNotReady({ helmRelease }: ApplicationFacts): Why | undefined {
  const ready = condition(helmRelease, "Ready");
  if (ready?.reason !== "DependencyNotReady") return undefined;
  const name = /'?[^\s/']+\/([^\s']+?)'?(?:\s|$)/.exec(ready.message)?.[1];
  return {
    label: "waiting",
    sentence: name === undefined ? sentence(ready.message) : `It waits until ${name} is Running.`,
  };
}

const pullReasons = new Set(["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"]);

function imageProblem({ pods }: ApplicationFacts): Why | undefined {
  for (const { pod, status } of containers(pods)) {
    const waiting = status.state?.waiting;
    if (waiting?.reason === undefined || !pullReasons.has(waiting.reason)) continue;
    const image =
      status.image || pod.spec.containers.find((container) => container.name === status.name)?.image;
    const detail = waiting.message === undefined ? "" : `: ${pullReason(waiting.message)}`;
    return {
      label: "doomed",
      sentence: sentence(`The image ${image} can't be pulled${detail}`),
      action: "Import the image into the registry, or correct its name.",
    };
  }
  return undefined;
}

function crashing({ pods }: ApplicationFacts): Why | undefined {
  for (const { pod, status } of containers(pods)) {
    if (status.state?.waiting?.reason !== "CrashLoopBackOff") continue;
    const last = status.lastState?.terminated;
    const code =
      last?.exitCode === undefined ? "" : ` (${last.reason ?? "Error"}, exit code ${last.exitCode})`;
    return {
      label: "doomed",
      sentence: `Container ${status.name} of ${pod.metadata.name} keeps crashing${code}.`,
      action: "Read its log.",
    };
  }
  return undefined;
}

function unschedulable({ pods }: ApplicationFacts): Why | undefined {
  for (const pod of pods) {
    const scheduled = pod.status?.conditions?.find((item) => item.type === "PodScheduled");
    if (scheduled?.status === "False")
      return {
        label: "waiting",
        sentence: sentence(
          `${pod.metadata.name} finds no place: ${scheduled.message ?? scheduled.reason ?? ""}`,
        ),
      };
  }
  return undefined;
}

/** A source with a problem was told before; this one is only not through yet. */
function sourceNotReady({ helmRelease }: ApplicationFacts): Why | undefined {
  if (condition(helmRelease, "Ready")?.reason !== "SourceNotReady") return undefined;
  return { label: "waiting", sentence: "Its package is being fetched." };
}

function helmFailure({ helmRelease }: ApplicationFacts): Why | undefined {
  const ready = condition(helmRelease, "Ready");
  if (ready?.status !== "False") return undefined;
  const stalled = condition(helmRelease, "Stalled")?.status === "True";
  return {
    label: stalled ? "stuck" : "doomed",
    sentence: sentence(ready.message),
    action: stalled
      ? "Correct the cause, then retry."
      : "Look at the events and logs; it is tried again by itself.",
  };
}

function someNotReady(facts: ApplicationFacts): Why {
  return { label: "waiting", sentence: `${podsReady(facts)} of ${podsWanted(facts)} Pods are ready.` };
}

/**
 * Pods that ended are neither wanted nor missed: those of Jobs by intent, and one that failed is replaced by its
 * controller, or its Job's failure is told by who waited for that (a hook of an upgrade that was given up).
 */
function livePods({ pods }: Pick<ApplicationFacts, "pods">): readonly Pod[] {
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod));
}

function hasEnded({ metadata, status }: Pod): boolean {
  const isControlled = metadata.ownerReferences?.some(({ controller }) => controller === true) === true;
  return status?.phase === "Succeeded" || (status?.phase === "Failed" && isControlled);
}

export function podsWanted(facts: Pick<ApplicationFacts, "pods">): number {
  return livePods(facts).length;
}

export function podsReady(facts: Pick<ApplicationFacts, "pods">): number {
  return livePods(facts).filter((pod) =>
    pod.status?.conditions?.some((item) => item.type === "Ready" && item.status === "True"),
  ).length;
}

function* containers(
  pods: readonly Pod[],
): Generator<{ readonly pod: Pod; readonly status: ContainerStatus }> {
  for (const pod of pods) {
    for (const status of [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ])
      yield { pod, status };
  }
}

function condition(object: HelmRelease | OciRepository | undefined, type: string): Condition | undefined {
  return object?.status?.conditions?.find((item) => item.type === type);
}

/** A release's newest word speaks of its removal only when that failed; before, it is about the install. */
function uninstalling({ helmRelease }: ApplicationFacts): string {
  const ready = condition(helmRelease, "Ready");
  return ready?.status === "False" ? ready.message : "Helm is removing its objects";
}

/** One sentence: one line, a capital at the start unless it begins with a name, a full stop at the end. */
function sentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  // a word with a digit or a hyphen is the name of a Blueprint, an Application or a Pod, which has no capitals
  const begun = /^[a-z0-9]*[-0-9]/.test(line) ? line : line.charAt(0).toUpperCase() + line.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
