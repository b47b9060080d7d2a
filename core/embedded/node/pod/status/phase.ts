import type { Container, ContainerStatus, Pod, PodStatus } from "@catalyst/ports/kubernetes";
import { isSidecar, restartsAfter } from "../restart.ts";

export interface PhaseFacts {
  readonly pod: Pod;
  /** Of init containers and containers alike. */
  readonly statuses: readonly ContainerStatus[];
  /** Nothing is started any more, whatever restart policies say. */
  readonly isTerminal: boolean;
  readonly hasInitialized: boolean;
}

type Phase = NonNullable<PodStatus["phase"]>;
type State = "running" | "ended" | "waiting";

/** A Pod's phase by the states of its containers; the rules are the kubelet's (`getPhase`). */
export function phaseOf(facts: PhaseFacts): Phase {
  const { pod, hasInitialized } = facts;
  const all = pod.spec.initContainers ?? [];
  const inits = all.filter((container) => !isSidecar(container)).map((each) => seen(facts, each));
  const sidecars = all.filter(isSidecar).map((each) => seen(facts, each));
  const mains = pod.spec.containers.map((each) => seen(facts, each));
  if (inits.some(({ exitCode, isFinal }) => exitCode !== 0 && isFinal)) return "Failed";
  if (inits.some(({ state }) => state !== "ended")) return "Pending";
  const isPending = ({ state, started }: Seen) =>
    state === "waiting" || (state === "running" && started !== true);
  if (!hasInitialized && sidecars.some(isPending)) return "Pending";
  if ([...sidecars, ...mains].some(({ state }) => state === "waiting")) return "Pending";
  if ([...sidecars, ...mains].some(({ state }) => state === "running")) return "Running";
  if (!facts.isTerminal && !mains.every(({ isFinal }) => isFinal)) return "Running";
  return mains.every(({ exitCode }) => exitCode === 0) ? "Succeeded" : "Failed";
}

interface Seen {
  readonly state: State;
  readonly started?: boolean | undefined;
  readonly exitCode?: number | undefined;
  /** It ended and isn't to run again. */
  readonly isFinal: boolean;
}

/** A container that waits to run again counts as one that ended. */
function seen({ pod, statuses }: PhaseFacts, container: Container): Seen {
  const status = statuses.find(({ name }) => name === container.name);
  if (status?.state?.running !== undefined)
    return { state: "running", started: status.started, isFinal: false };
  const end = status?.state?.terminated ?? status?.lastState?.terminated;
  if (end === undefined) return { state: "waiting", isFinal: false };
  const exitCode = end.exitCode ?? 0;
  return { state: "ended", exitCode, isFinal: !restartsAfter(pod, container, exitCode) };
}
