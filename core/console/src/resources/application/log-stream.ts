import { useEffect, useState } from "react";
import { ApiProblem } from "../../api/http.ts";

interface LogPlace {
  readonly environment: string;
  readonly application: string;
  readonly pod: string;
  readonly container: string;
  /** A duration, such as 5m; empty for everything that is kept. */
  readonly since: string;
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

/** Reads a container's log and goes on as it is written. Lines are shown once a frame, however many come. */
export function useLog({ environment, application, pod, container, since }: LogPlace): LogState {
  const [log, setLog] = useState<LogState>({ lines: [], state: "connecting" });
  useEffect(() => {
    const abort = new AbortController();
    const query = new URLSearchParams({
      pod,
      container,
      follow: "true",
      tail: String(tail),
      ...(since === "" ? {} : { since }),
    });
    let gathered: string[] = [];
    let frame: number | undefined;
    const show = () => {
      frame = undefined;
      const more = gathered;
      gathered = [];
      setLog(({ lines, ...rest }) => ({ ...rest, lines: [...lines, ...more].slice(-limit) }));
    };
    setLog({ lines: [], state: "connecting" });
    readEvents(`/v1/environments/${environment}/applications/${application}/logs?${query}`, abort.signal, {
      opened: () => setLog((log) => ({ ...log, state: "live" })),
      line: (line) => {
        gathered.push(line);
        frame ??= requestAnimationFrame(show);
      },
    })
      .then(() => setLog((log) => ({ ...log, state: "ended" })))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setLog((log) => ({ ...log, state: "ended", error }));
      });
    return () => {
      abort.abort();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [environment, application, pod, container, since]);
  return log;
}

/** Reads server-sent events whose data are lines, until `end`. An EventSource would begin anew after it. */
async function readEvents(
  url: string,
  signal: AbortSignal,
  on: { opened(): void; line(line: string): void },
): Promise<void> {
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
      if (event.startsWith("event: end")) return;
      if (event.startsWith("data: ")) on.line(event.slice("data: ".length));
    }
  }
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
