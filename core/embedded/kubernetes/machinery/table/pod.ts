import { at, each, type Fields, number, text } from "../resources/fields.ts";
import { ageOf } from "./age.ts";
import { created, none } from "./cell.ts";

interface PodState {
  reason: string;
  ready: number;
  restarts: number;
  /** When a container that restarted last ended; RFC 3339, "" for never. */
  lastRestart: string;
}

/** A Pod's cells; what STATUS says is put together from its containers. Source: Kubernetes' printers. */
export function podCells(pod: Fields, now: number): readonly unknown[] {
  const spec = at(pod, "spec");
  const status = at(pod, "status");
  const sidecars = new Set(
    each(spec, "initContainers")
      .filter((container) => container["restartPolicy"] === "Always")
      .map((container) => text(container, "name")),
  );
  const state = podState(pod, sidecars);
  const total = each(spec, "containers").length + sidecars.size;
  const restarts =
    state.restarts !== 0 && state.lastRestart !== ""
      ? `${state.restarts} (${ageOf(state.lastRestart, now)} ago)`
      : String(state.restarts);
  return [
    text(at(pod, "metadata"), "name"),
    `${state.ready}/${total}`,
    state.reason,
    restarts,
    created(pod, now),
    none(text(each(status, "podIPs")[0] ?? {}, "ip")),
    none(text(spec, "nodeName")),
    none(text(status, "nominatedNodeName")),
    readinessGates(spec, status),
  ];
}

function podState(pod: Fields, sidecars: ReadonlySet<string>): PodState {
  const status = at(pod, "status");
  const phase = text(status, "phase");
  const state: PodState = { reason: text(status, "reason") || phase, ready: 0, restarts: 0, lastRestart: "" };
  const conditions = each(status, "conditions");
  if (conditions.some((one) => one["type"] === "PodScheduled" && one["reason"] === "SchedulingGated")) {
    state.reason = "SchedulingGated";
  }
  const sidecarState = { restarts: 0, lastRestart: "" };
  const initializing = readInitContainers(pod, sidecars, state, sidecarState);
  if (!initializing || hasCondition(conditions, "Initialized")) {
    state.restarts = sidecarState.restarts;
    state.lastRestart = sidecarState.lastRestart;
    readContainers(status, conditions, state);
  }
  const ending = at(pod, "metadata")["deletionTimestamp"] !== undefined;
  if (ending && status["reason"] === "NodeLost") state.reason = "Unknown";
  else if (ending && phase !== "Succeeded" && phase !== "Failed") state.reason = "Terminating";
  return state;
}

interface Restarts {
  restarts: number;
  lastRestart: string;
}

function countRestarts(into: Restarts, container: Fields): void {
  into.restarts += number(container, "restartCount") ?? 0;
  const ended = text(at(container, "lastState", "terminated"), "finishedAt");
  if (ended > into.lastRestart) into.lastRestart = ended;
}

/** Tells whether an init container is still the thing to show. */
function readInitContainers(
  pod: Fields,
  sidecars: ReadonlySet<string>,
  state: PodState,
  sidecarState: Restarts,
): boolean {
  const total = each(at(pod, "spec"), "initContainers").length;
  for (const [index, container] of each(at(pod, "status"), "initContainerStatuses").entries()) {
    const sidecar = sidecars.has(text(container, "name"));
    countRestarts(state, container);
    if (sidecar) countRestarts(sidecarState, container);
    const { terminated, waiting } = at(container, "state") as { terminated?: Fields; waiting?: Fields };
    if (terminated !== undefined && (number(terminated, "exitCode") ?? 0) === 0) continue;
    if (sidecar && container["started"] === true) {
      if (container["ready"] === true) state.ready++;
      continue;
    }
    state.reason = initReason(terminated, waiting, index, total);
    return true;
  }
  return false;
}

function initReason(
  terminated: Fields | undefined,
  waiting: Fields | undefined,
  index: number,
  total: number,
): string {
  if (terminated !== undefined) return `Init:${endReason(terminated)}`;
  const reason = waiting === undefined ? "" : text(waiting, "reason");
  return reason !== "" && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${index}/${total}`;
}

function endReason(terminated: Fields): string {
  const signal = number(terminated, "signal") ?? 0;
  const fallback = signal !== 0 ? `Signal:${signal}` : `ExitCode:${number(terminated, "exitCode") ?? 0}`;
  return text(terminated, "reason") || fallback;
}

function readContainers(status: Fields, conditions: readonly Fields[], state: PodState): void {
  let running = false;
  let error = "";
  for (const container of each(status, "containerStatuses").toReversed()) {
    countRestarts(state, container);
    const {
      waiting,
      terminated,
      running: runs,
    } = at(container, "state") as Record<string, Fields | undefined>;
    const waits = waiting === undefined ? "" : text(waiting, "reason");
    if (waits !== "") state.reason = waits;
    else if (terminated !== undefined) {
      state.reason = endReason(terminated);
      if ((number(terminated, "exitCode") ?? 0) !== 0) error = state.reason;
    } else if (container["ready"] === true && runs !== undefined) {
      running = true;
      state.ready++;
    }
  }
  if (state.reason !== "Completed") return;
  if (running && hasCondition(conditions, "Ready")) state.reason = "Running";
  else if (error !== "") state.reason = error;
  else if (running) state.reason = "NotReady";
}

function hasCondition(conditions: readonly Fields[], type: string): boolean {
  return conditions.some((condition) => condition["type"] === type && condition["status"] === "True");
}

function readinessGates(spec: Fields, status: Fields): string {
  const gates = each(spec, "readinessGates");
  if (gates.length === 0) return "<none>";
  const conditions = each(status, "conditions");
  const open = gates.filter((gate) => hasCondition(conditions, text(gate, "conditionType"))).length;
  return `${open}/${gates.length}`;
}
