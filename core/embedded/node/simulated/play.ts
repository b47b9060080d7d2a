import { parseDuration } from "@catalyst/base/duration";
import { isCatalystError } from "@catalyst/base/errors";
import { simulation } from "@catalyst/model/label";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { amountOf } from "../pod/quantity.ts";

/** How a simulated container behaves, in one of its attempts. Times in milliseconds since its start. */
export interface Play {
  readonly readyAt: number;
  readonly neverReady: boolean;
  /** When and with what it ends by itself; undefined: it goes on. */
  readonly end: { readonly at: number; readonly exitCode: number } | undefined;
}

/**
 * Reads from a Pod's annotations (`simulation`) what a container of it shall do. Without any, init containers and
 * containers that may end do so with 0, and the others go on. A value that can't be read counts as absent.
 */
export function playOf(pod: Pod, container: Container, attempt: number, delay: number): Play {
  const of = (name: string) => annotationOf(pod, container, name);
  const failure = of(simulation.failure);
  const startDelay = duration(of(simulation.startDelay)) ?? (isInit(pod, container) ? 0 : delay);
  return {
    readyAt: startDelay,
    neverReady: failure === "never-ready",
    end: endOf(pod, container, attempt, { of, startDelay, crashes: failure === "crash" }),
  };
}

interface EndScope {
  readonly of: (name: string) => string | undefined;
  readonly startDelay: number;
  readonly crashes: boolean;
}

function endOf(pod: Pod, container: Container, attempt: number, scope: EndScope): Play["end"] {
  const { of, startDelay, crashes } = scope;
  const runTime = duration(of(simulation.runTime));
  const exitCode = count(of(simulation.exitCode));
  const at = runTime ?? startDelay;
  const times = count(of(simulation.crashes));
  if (crashes || (times !== undefined && attempt < times)) return { at, exitCode: exitCode || 1 };
  // The crashes are over: it goes on as a container without them.
  const asked = times === undefined && (runTime !== undefined || exitCode !== undefined);
  if (asked) return { at, exitCode: exitCode ?? 0 };
  return endsByItself(pod, container) ? { at, exitCode: 0 } : undefined;
}

function endsByItself(pod: Pod, container: Container): boolean {
  if (container.restartPolicy === "Always") return false;
  return isInit(pod, container) || (pod.spec.restartPolicy ?? "Always") !== "Always";
}

function isInit(pod: Pod, container: Container): boolean {
  return pod.spec.initContainers?.some((init) => init.name === container.name) === true;
}

/** How long pulling a container's image takes, in milliseconds. */
export function pullDelay(pod: Pod, container: Container): number {
  return duration(annotationOf(pod, container, simulation.pullDelay)) ?? 0;
}

/** Tells whether a container's image shall not be had. */
export function failsToPull(pod: Pod, container: Container): boolean {
  return annotationOf(pod, container, simulation.failure) === "pull-error";
}

/** What a container is said to use: nothing unless its Pod says so. */
export function usageOf(pod: Pod, container: Container): { cpuCores: number; memoryBytes: number } {
  return {
    cpuCores: amountOf(annotationOf(pod, container, simulation.cpu) ?? 0),
    memoryBytes: amountOf(annotationOf(pod, container, simulation.memory) ?? 0),
  };
}

/** The container's own annotation, else the Pod's, which isn't for init containers. */
export function annotationOf(pod: Pod, container: Container, name: string): string | undefined {
  const { annotations } = pod.metadata;
  if (annotations === undefined) return undefined;
  return annotations[`${name}.${container.name}`] ?? (isInit(pod, container) ? undefined : annotations[name]);
}

function duration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return Math.max(0, parseDuration(text));
  } catch (error) {
    if (isCatalystError(error, "duration-invalid")) return undefined;
    throw error;
  }
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
