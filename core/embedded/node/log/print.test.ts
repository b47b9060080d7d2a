import type { LogOptions } from "@catalyst/ports/containers";
import { expect, test } from "vitest";
import { type LogEntry, parseEntry } from "./entry.ts";
import { printLog } from "./print.ts";

const file = [
  "2026-01-02T03:04:05.000000001+00:00 stdout F first",
  "2026-01-02T03:04:06.000000002+00:00 stderr F wrong",
  "2026-01-02T03:04:07.000000003+00:00 stdout P a line in ",
  "2026-01-02T03:04:07.000000004+00:00 stdout F two pieces",
  "2026-01-02T03:04:08.000000005+02:00 stdout F elsewhere",
];

async function printed(options: LogOptions, lines = file): Promise<string> {
  const entries = lines.map((line) => parseEntry(Buffer.from(`${line}\n`)) as LogEntry);
  const source = async function* () {
    yield* entries;
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of printLog(source(), options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.each<[string, LogOptions, string]>([
  ["everything", {}, "first\nwrong\na line in two pieces\nelsewhere\n"],
  [
    "times, once a line",
    { timestamps: true },
    "2026-01-02T03:04:05.000000001Z first\n2026-01-02T03:04:06.000000002Z wrong\n2026-01-02T03:04:07.000000003Z a line in two pieces\n2026-01-02T03:04:08.000000005+02:00 elsewhere\n",
  ],
  ["from a time on", { since: Date.parse("2026-01-02T03:04:06Z") }, "wrong\na line in two pieces\n"],
  ["so many bytes", { limitBytes: 8 }, "first\nwr"],
])("%s", async (_name, options, text) => {
  expect(await printed(options)).toBe(text);
});

test.each(["", "no time stdout F a", "2026-01-02T03:04:05Z stdin F a", "2026-01-02T03:04:05Z stdout"])(
  "%j is no entry",
  (line) => {
    expect(parseEntry(Buffer.from(line))).toBeUndefined();
  },
);

test("an empty line is one", async () => {
  expect(await printed({}, ["2026-01-02T03:04:05.000000001+00:00 stdout F "])).toBe("\n");
});
