import type { Application, Phase, Why } from "@catalyst/model/application";
import { type Intent, isApplied } from "./intent.ts";

/** What an Application is doing, and why it isn't Running. */
export interface Standing {
  readonly phase: Phase;
  readonly why?: Why;
}

/** Phases that speak of what was there before the change under way. */
const settled: ReadonlySet<Phase> = new Set(["Running", "Degraded", "Failed", "Paused"]);

/**
 * Says where an Application stands. The cluster's word counts once it is about what Git says: until its object
 * says the same and the controller has looked at it, the change is under way.
 */
export function standing(object: Application | undefined, intent: Intent | undefined): Standing {
  const told = tellingOf(object);
  if (told.phase === "Deleting") return told;
  if (intent !== undefined && intent.document.spec === undefined)
    return { phase: "Deleting", why: onItsWay(intent, "removes it") };
  if (intent !== undefined && (object === undefined || !isApplied(intent, object)))
    return { phase: underWay(told.phase), why: onItsWay(intent, "changes it") };
  const handled = object?.status?.observedGeneration === object?.metadata.generation;
  return handled || !settled.has(told.phase) ? told : { phase: "Updating", why: beingHandled };
}

const beingHandled: Why = {
  label: "waiting",
  sentence: "Its change is applied and about to be carried out.",
};

function tellingOf(object: Application | undefined): Standing {
  const { phase, why } = object?.status ?? {};
  const told = object?.metadata.deletionTimestamp === undefined ? (phase ?? "Pending") : "Deleting";
  return { phase: told, ...(why === undefined ? {} : { why }) };
}

function underWay(phase: Phase): Phase {
  return settled.has(phase) ? "Updating" : phase;
}

function onItsWay({ commit }: Intent, what: string): Why {
  const id = commit.id.slice(0, 10);
  return { label: "waiting", sentence: `Commit ${id}, which ${what}, is about to be applied by Flux.` };
}
