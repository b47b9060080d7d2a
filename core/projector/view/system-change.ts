import { fluxNamespace, systemKustomization } from "@catalyst/model/naming";
import { kustomizations } from "@catalyst/ports/flux";
import type { ScopeState } from "../state/state.ts";
import { commitsOf } from "./commit.ts";
import { objectOf } from "./lookup.ts";

/** Tells whether Flux has applied a commit of the system repository: that one or one that came after it. */
export function isSystemApplied(sovereign: ScopeState, commit: string): boolean {
  const applied = kustomization(sovereign)?.status?.lastAppliedRevision?.split(":").at(-1);
  const commits = commitsOf(sovereign);
  const at = commits.findIndex(({ id }) => id === commit);
  const upTo = commits.findIndex(({ id }) => id === applied);
  return at >= 0 && upTo >= 0 && upTo <= at;
}

/** What keeps Flux from applying the system repository; undefined when nothing does. */
export function systemProblem(sovereign: ScopeState): string | undefined {
  const ready = kustomization(sovereign)?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "False" ? ready.message : undefined;
}

function kustomization(sovereign: ScopeState) {
  return objectOf(sovereign, kustomizations, fluxNamespace, systemKustomization);
}
