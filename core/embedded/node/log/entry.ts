/** One piece of what a container wrote. */
export interface LogEntry {
  /** RFC 3339 with nine digits of a second. */
  readonly time: string;
  /** With its line end, unless the line goes on in the next entry. */
  readonly content: Uint8Array;
}

const [space, lineEnd] = [0x20, 0x0a];

/**
 * Reads one line of a log file as container runtimes write it: time, stream and tag before the content. `P` as the tag
 * says that the line goes on. Undefined when it is none.
 */
export function parseEntry(line: Uint8Array): LogEntry | undefined {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const first = bytes.indexOf(space);
  const second = bytes.indexOf(space, first + 1);
  const third = bytes.indexOf(space, second + 1);
  if (first < 0 || second < 0 || third < 0) return undefined;
  const stream = bytes.toString("latin1", first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const time = bytes.toString("latin1", 0, first).replace(/\+00:00$/, "Z");
  if (Number.isNaN(Date.parse(time))) return undefined;
  const isPartial = bytes.toString("latin1", second + 1, third).split(":")[0] === "P";
  const isWhole = bytes.at(-1) === lineEnd;
  const content = bytes.subarray(third + 1, isPartial && isWhole ? -1 : undefined);
  return { time, content };
}

/** Tells whether the next entry begins a line. */
export function endsLine({ content }: LogEntry): boolean {
  return content.length === 0 || content.at(-1) === lineEnd;
}
