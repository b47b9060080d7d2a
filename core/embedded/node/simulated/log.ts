import { simulation } from "@catalyst/model/label";
import type { LogOptions } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
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
  const shown =
    options.tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - options.tailLines));
  const stamp = options.timestamps === true ? `${new Date(startedAt).toISOString()} ` : "";
  yield new TextEncoder().encode(shown.map((line) => `${stamp}${line}\n`).join(""));
  const { signal } = options;
  if (options.follow !== true || signal === undefined || signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function notice(container: Container): readonly string[] {
  const command = [...(container.command ?? []), ...(container.args ?? [])].join(" ");
  return [
    "This container is simulated: nothing runs here.",
    `It would run the image ${container.image}${command === "" ? "" : ` with: ${command}`}.`,
    "To run it for real: ./catalyst up --runtime podman",
  ];
}
