import { useEffect, useState } from "react";
import { isPassing } from "../../api/cache.ts";
import { ApiProblem } from "../../api/http.ts";

interface LogPlace {
  readonly environment: string;
  readonly application: string;
  readonly pod: string;
  readonly container: string;
  /** A duration, such as 5m; empty for everything that is kept. */
  readonly since: string;
  /** The container before its last restart, which writes no more. */
  readonly previous: boolean;
  /** How often it was started anew. */
  readonly restarts: number;
}

interface LogState {
  readonly lines: readonly string[];
  readonly state: "connecting" | "live" | "ended";
  readonly error?: unknown;
}

/** Lines a page keeps; older ones fall out. */
const limit = 20_000;

/** Lines asked for at the beginning. */
const tail = 5000;

/** How long until a log whose connection was cut is asked for again, in milliseconds. */
const reconnectDelay = 2000;

/**
 * Reads a container's log and goes on as it is written, also after the connection was cut or the container was
 * started anew. Lines are shown once a frame, however many come.
 */
export function useLog(place: LogPlace): LogState {
  const [log, setLog] = useState<LogState>({ lines: [], state: "connecting" });
  const { environment, application, pod, container, since, previous, restarts } = place;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a container that was started anew has a new log
  useEffect(() => {
    const abort = new AbortController();
    const query = new URLSearchParams({
      pod,
      container,
      tail: String(tail),
      ...(previous ? { previous: "true" } : { follow: "true" }),
      ...(since === "" ? {} : { since }),
    });
    const frames = new Frames((more) =>
      setLog(({ lines, ...rest }) => ({ ...rest, lines: [...lines, ...more].slice(-limit) })),
    );
    setLog({ lines: [], state: "connecting" });
    void followLog(
      `/v1/environments/${environment}/applications/${application}/logs?${query}`,
      abort.signal,
      {
        // it begins anew, with what was shown already
        opened: () => setLog({ lines: [], state: previous ? "ended" : "live" }),
        line: (line) => frames.add(line),
        cut: () => setLog(({ lines }) => ({ lines, state: "connecting" })),
        ended: (error) =>
          setLog(({ lines }) => ({ lines, state: "ended", ...(error === undefined ? {} : { error }) })),
      },
    );
    return () => {
      abort.abort();
      frames.stop();
    };
  }, [environment, application, pod, container, since, previous, restarts]);
  return log;
}

/** Gathers lines and shows them once a frame. */
class Frames {
  readonly #show: (lines: readonly string[]) => void;
  #gathered: string[] = [];
  #frame: number | undefined;

  constructor(show: (lines: readonly string[]) => void) {
    this.#show = show;
  }

  add(line: string): void {
    this.#gathered.push(line);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const lines = this.#gathered;
      this.#gathered = [];
      this.#show(lines);
    });
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }
}

interface LogEvents {
  opened(): void;
  line(line: string): void;
  /** The connection was cut; it is tried again. */
  cut(): void;
  /** The container ended, or its log can't be read. */
  ended(error?: unknown): void;
}

async function followLog(url: string, signal: AbortSignal, on: LogEvents): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await readEvents(url, signal, on)) return on.ended();
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) return on.ended(error);
    }
    if (signal.aborted) return;
    on.cut();
    await new Promise((done) => setTimeout(done, reconnectDelay));
  }
}

/**
 * Reads server-sent events whose data are lines, and tells whether they ended by `end`. An EventSource would begin
 * anew after it.
 */
async function readEvents(
  url: string,
  signal: AbortSignal,
  on: Pick<LogEvents, "opened" | "line">,
): Promise<boolean> {
  const response = await fetch(url, { signal, headers: { accept: "text/event-stream" } });
  if (!response.ok || response.body === null) {
    const document = await response.json().catch(() => ({}));
    throw new ApiProblem(response.status, document);
  }
  on.opened();
  let rest = "";
  for await (const chunk of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event.startsWith("event: end")) return true;
      if (event.startsWith("data: ")) on.line(event.slice("data: ".length));
    }
  }
  return false;
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
