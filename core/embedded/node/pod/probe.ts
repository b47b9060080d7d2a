import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, Probe, ProbeHandler } from "@catalyst/ports/kubernetes";
import { observed } from "./decide.ts";
import type { ProbeMemory } from "./memory.ts";
import { httpProbe, tcpProbe } from "./probe-network.ts";
import { type PodWork, say } from "./work.ts";

const kinds = ["startupProbe", "livenessProbe", "readinessProbe"] as const;
type Kind = (typeof kinds)[number];

/**
 * Runs the probes of a Pod that are due and remembers what they found. Gives the time of the next one. A
 * runtime that says itself whether its containers are ready isn't probed.
 */
export async function probePod(work: PodWork, observation: PodObservation): Promise<number | undefined> {
  const due: number[] = [];
  for (const container of [...(work.pod.spec.initContainers ?? []), ...work.pod.spec.containers]) {
    const present = observed(observation, container);
    if (present?.state !== "running" || present.ready !== undefined) continue;
    const next = await probeContainer(work, container, present, observation.address);
    if (next !== undefined) due.push(next);
  }
  return due.length === 0 ? undefined : Math.min(...due);
}

async function probeContainer(
  work: PodWork,
  container: Container,
  present: ContainerObservation,
  address: string,
): Promise<number | undefined> {
  const memory = memoryOf(work, container, present);
  for (const kind of kinds) {
    const probe = container[kind];
    if (probe === undefined || (kind === "startupProbe" ? memory.started : !memory.started)) continue;
    const state = stateOf(memory, kind, probe, present);
    if (state.due > work.context.clock.now()) continue;
    const failure = await runHandler(work, container, probe, address);
    state.due = work.context.clock.now() + (probe.periodSeconds ?? 10) * 1000;
    await judge(work, container, { memory, kind, probe, state }, failure);
  }
  const waiting = kinds
    .filter((kind) => container[kind] !== undefined && (kind === "startupProbe") !== memory.started)
    .map((kind) => memory.kinds.get(kind)?.due ?? 0);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/** Each attempt begins anew: not ready until its readiness probe says so. */
function memoryOf(work: PodWork, container: Container, present: ContainerObservation): ProbeMemory {
  const known = work.memory.probes.get(container.name);
  if (known?.attempt === present.attempt) return known;
  const memory: ProbeMemory = {
    attempt: present.attempt,
    started: container.startupProbe === undefined,
    ready: container.readinessProbe === undefined,
    unhealthy: undefined,
    kinds: new Map(),
  };
  work.memory.probes.set(container.name, memory);
  return memory;
}

type ProbeState = { due: number; successes: number; failures: number };

function stateOf(memory: ProbeMemory, kind: Kind, probe: Probe, present: ContainerObservation): ProbeState {
  const known = memory.kinds.get(kind);
  if (known !== undefined) return known;
  const due = (present.startedAt ?? 0) + (probe.initialDelaySeconds ?? 0) * 1000;
  const state = { due, successes: 0, failures: 0 };
  memory.kinds.set(kind, state);
  return state;
}

async function judge(
  work: PodWork,
  container: Container,
  found: { memory: ProbeMemory; kind: Kind; probe: Probe; state: ProbeState },
  failure: string | undefined,
): Promise<void> {
  const { memory, kind, probe, state } = found;
  if (failure === undefined) {
    state.successes++;
    state.failures = 0;
    const enough = state.successes >= (probe.successThreshold ?? 1);
    if (kind === "startupProbe" && enough) memory.started = true;
    if (kind === "readinessProbe" && enough) memory.ready = true;
    return;
  }
  state.failures++;
  state.successes = 0;
  const word = { startupProbe: "Startup", livenessProbe: "Liveness", readinessProbe: "Readiness" }[kind];
  await say(work, "Warning", "Unhealthy", `${word} probe failed: ${failure}`);
  if (state.failures < (probe.failureThreshold ?? 3)) return;
  if (kind === "readinessProbe") memory.ready = false;
  else memory.unhealthy = `failed ${word.toLowerCase()} probe`;
  void container;
}

/** Runs a probe once; gives what is wrong, or undefined. */
async function runHandler(
  work: PodWork,
  container: Container,
  probe: Probe,
  address: string,
): Promise<string | undefined> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  const signal = AbortSignal.any([work.context.signal, AbortSignal.timeout(timeout)]);
  try {
    if (probe.exec !== undefined) return await execProbe(work, container, probe.exec, signal);
    const port = portOf(container, probe);
    if (port === undefined) return "the probe's port isn't one of the container's";
    if (probe.tcpSocket !== undefined) return await tcpProbe(probe.tcpSocket.host ?? address, port, signal);
    if (probe.httpGet !== undefined) return await httpProbe(probe.httpGet, address, port, signal);
    return undefined;
  } catch (error) {
    if (work.context.signal.aborted) throw error;
    return signal.aborted ? `timed out after ${timeout / 1000}s` : (error as Error).message;
  }
}

async function execProbe(
  work: PodWork,
  container: Container,
  exec: NonNullable<ProbeHandler["exec"]>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { exitCode, output } = await work.runtime.exec(
    work.identity,
    container.name,
    exec.command ?? [],
    signal,
  );
  return exitCode === 0 ? undefined : output.trim() || `exit code ${exitCode}`;
}

function portOf(container: Container, probe: ProbeHandler): number | undefined {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
  if (typeof port !== "string") return port;
  const named = container.ports?.find((candidate) => candidate.name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}
