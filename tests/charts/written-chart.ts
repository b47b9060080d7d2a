import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packTgz } from "../../core/charts/package/tar.ts";

/** A small chart written in one file: its cases by title, and its files by path. */
export interface WrittenChart<Case> {
  readonly cases: Readonly<Record<string, Case>>;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads a chart from a file: its cases as JSON, unless it has but one, which is `only`, then each file below a line
 * `-- PATH --`. What lies below a path that ends with `.tgz` is packed when the chart is written.
 */
export function readWrittenChart<Case>(path: string, only: Case): WrittenChart<Case> {
  const [head = "", ...rest] = readFileSync(path, "utf8").split(/^-- (.+) --\n/m);
  const files = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) files.set(rest[at] ?? "", rest[at + 1] ?? "");
  const cases = head.trim() === "" ? { default: only } : (JSON.parse(head) as Record<string, Case>);
  return { cases, files };
}

/** Writes a chart's files into a folder. */
export function writeChart(files: ReadonlyMap<string, string>, folder: string): void {
  const archives = new Map<string, { path: string; data: Buffer }[]>();
  for (const [path, text] of files) {
    const [, archive, inside] = /^(.*?\.tgz)\/(.*)$/.exec(path) ?? [];
    if (archive === undefined || inside === undefined) write(join(folder, path), text);
    else archives.set(archive, [...(archives.get(archive) ?? []), { path: inside, data: Buffer.from(text) }]);
  }
  for (const [path, packed] of archives) write(join(folder, path), packTgz(packed));
}

function write(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
}
