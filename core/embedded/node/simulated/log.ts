import { simulation } from "@catalyst/model/label";
import type { LogOptions } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import type { LogEntry } from "../log/entry.ts";
import { printLog } from "../log/print.ts";
import { annotationOf } from "./play.ts";
import type { SimulatedContainer } from "./pod.ts";

/**
 * What a simulated container's log says: the lines its Pod asks for, else that nothing runs, what would, and how to
 * make it.
 */
export async function* simulatedLog(
  pod: Pod,
  { container, startedAt }: SimulatedContainer,
  options: LogOptions,
): AsyncGenerator<Uint8Array> {
  const asked = annotationOf(pod, container, simulation.log);
  const lines = asked === undefined ? notice(container) : asked.replace(/\n$/, "").split("\n");
  yield* printLog(entriesOf(lines, startedAt, options), options);
  const { signal } = options;
  if (options.follow !== true || signal === undefined || signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function* entriesOf(
  lines: readonly string[],
  startedAt: number,
  { tailLines = lines.length }: LogOptions,
): AsyncGenerator<LogEntry> {
  const time = new Date(startedAt).toISOString().replace("Z", "000000Z");
  for (const line of lines.slice(Math.max(0, lines.length - tailLines)))
    yield { time, content: new TextEncoder().encode(`${line}\n`) };
}

function notice(container: Container): readonly string[] {
  const command = [...(container.command ?? []), ...(container.args ?? [])].join(" ");
  return [
    "This container is simulated: nothing runs here.",
    `It would run the image ${container.image}${command === "" ? "" : ` with: ${command}`}.`,
    "To run it for real: ./catalyst up --runtime podman",
  ];
}
