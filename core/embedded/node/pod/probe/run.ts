import { errorMessage } from "@catalyst/base/errors";
import type { Container, Probe } from "@catalyst/ports/kubernetes";
import { expand } from "../environment/expand.ts";
import type { PodWork } from "../work.ts";
import { grpcProbe } from "./grpc.ts";
import { httpProbe } from "./http.ts";
import { portOf } from "./port.ts";
import { mayCallMachine } from "./reach.ts";
import { tcpProbe } from "./tcp.ts";

/** `error`: it couldn't be found out. `warning`: well, with something to say. */
export interface ProbeOutcome {
  readonly result: "success" | "warning" | "failure" | "error";
  readonly output: string;
}

/** Runs a probe once, within its time. */
export async function runProbe(
  work: PodWork,
  container: Container,
  probe: Probe,
  address: string,
  closing: AbortSignal,
): Promise<ProbeOutcome> {
  const seconds = probe.timeoutSeconds ?? 1;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(seconds * 1000)]);
  const { exec, tcpSocket, httpGet, grpc } = probe;
  const loopback = mayCallMachine(work);
  try {
    if (exec !== undefined) return await execProbe(work, container, exec.command ?? [], signal);
    if (tcpSocket !== undefined)
      return await tcpProbe(tcpSocket.host, address, portOf(container, tcpSocket.port), signal, loopback);
    if (httpGet !== undefined)
      return await httpProbe(httpGet, address, portOf(container, httpGet.port), signal, loopback);
    if (grpc !== undefined)
      return await grpcProbe(address, grpc.port, grpc.service ?? "", { signal, timeout: `${seconds}s` });
    return { result: "error", output: "the probe has no handler" };
  } catch (error) {
    if (!signal.aborted) return { result: "error", output: errorMessage(error) };
    const command = exec === undefined ? "" : `command timed out: "${(exec.command ?? []).join(" ")}" `;
    return { result: "failure", output: `${command}timed out after ${seconds}s` };
  }
}

/** Names in the command stand for the container's own plain variables: an exec has no others to fill in. */
async function execProbe(
  work: PodWork,
  container: Container,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const plain = new Map(
    (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
  const words = command.map((word) => expand(word, plain));
  const running = work.runtime.exec(work.identity, container.name, words, signal);
  const { exitCode, output } = await orAborted(running, signal);
  return { result: exitCode === 0 ? "success" : "failure", output };
}

/** A command that doesn't end isn't waited for. */
function orAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
