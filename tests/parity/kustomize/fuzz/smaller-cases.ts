import type { FuzzCase } from "./case.ts";

/** What tells one object from another: without it a case differs for another reason. */
const kept = /^(?:---|apiVersion:|kind:|metadata:| {2}name: o\d+$)/;

/** Cases without one block, a line and those below it that stand further in, the longest first. */
export function* smallerCases(files: FuzzCase): Generator<FuzzCase> {
  for (const [path, text] of files) {
    const lines = text.split("\n");
    const blocks = lines.map((line, at) => ({ at, size: blockSize(lines, at), line }));
    for (const { at, size, line } of blocks.sort((a, b) => b.size - a.size)) {
      if (kept.test(line)) continue;
      yield new Map(files).set(path, [...lines.slice(0, at), ...lines.slice(at + size)].join("\n"));
    }
  }
}

function blockSize(lines: readonly string[], at: number): number {
  const depth = depthOf(lines[at] ?? "");
  let end = at + 1;
  while (end < lines.length && lines[end] !== "" && depthOf(lines[end] ?? "") > depth) end++;
  return end - at;
}

function depthOf(line: string): number {
  return line.search(/[^ ]|$/);
}
