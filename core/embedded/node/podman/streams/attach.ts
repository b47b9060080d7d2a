import type { ProcessStreams, StreamChoice } from "@catalyst/ports/containers";
import type { PodmanRest } from "../rest.ts";
import { follow, resize } from "./exec.ts";
import { pump } from "./pump.ts";

/** Takes part in the streams of a container's own process, until it has ended or the caller has gone. */
export async function attachTo(
  rest: PodmanRest,
  container: string,
  choice: StreamChoice,
  streams: ProcessStreams,
): Promise<void> {
  const wanted = `stdin=${choice.stdin}&stdout=${choice.stdout}&stderr=${choice.stderr || choice.tty}`;
  const path = `/containers/${container}/attach?stream=true&detachKeys=&${wanted}`;
  const connection = await rest.hijack(path, undefined, streams.signal);
  const stopSizes = follow(streams.sizes, (size) => resize(rest, `/containers/${container}`, size));
  try {
    await pump(connection, streams, choice.tty);
  } finally {
    stopSizes();
  }
}
