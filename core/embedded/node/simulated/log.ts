import type { LogOptions } from "@catalyst/ports/containers";
import type { Container } from "@catalyst/ports/kubernetes";

/** What a simulated container's log says: that nothing runs, what would, and how to make it. */
export async function* simulatedLog(
  container: Container,
  startedAt: number,
  options: LogOptions,
): AsyncGenerator<Uint8Array> {
  const command = [...(container.command ?? []), ...(container.args ?? [])].join(" ");
  const lines = [
    "This container is simulated: nothing runs here.",
    `It would run the image ${container.image}${command === "" ? "" : ` with: ${command}`}.`,
    "To run it for real: ./catalyst up --runtime podman",
  ];
  const shown = options.tailLines === undefined ? lines : lines.slice(Math.max(0, 3 - options.tailLines));
  const stamp = options.timestamps === true ? `${new Date(startedAt).toISOString()} ` : "";
  yield new TextEncoder().encode(shown.map((line) => `${stamp}${line}\n`).join(""));
  const { signal } = options;
  if (options.follow !== true || signal === undefined || signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
