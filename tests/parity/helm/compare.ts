import { inSchemaOrder } from "../../charts/schema-order.ts";

/** What a comparison found. */
export type Verdict =
  | { readonly kind: "same" }
  /** Same but for the places where the program itself gives another text at every run, such as a password. */
  | { readonly kind: "same but for chance" }
  | { readonly kind: "different"; readonly difference: string };

/** How often the program is asked again before a text that differs is held to be ours alone. */
const repeats = 4;

/**
 * Compares two outputs. `again` runs the program once more: lines it doesn't give alike at every run are only compared
 * up to the part that changes, and documents it gives in another order at every run are compared in any.
 */
export async function compareOutputs(
  made: string,
  given: string,
  again: () => Promise<string>,
): Promise<Verdict> {
  const [ours, theirs] = [comparable(made), comparable(given)];
  if (ours === theirs) return { kind: "same" };
  const samples = [theirs.split("\n")];
  for (let run = 0; run < repeats; run++) {
    samples.push(comparable(await again()).split("\n"));
    if (fitsSamples(ours.split("\n"), samples)) return { kind: "same but for chance" };
    if (isReordered(samples) && inTextOrder(ours) === inTextOrder(theirs))
      return { kind: "same but for chance" };
    // Once the program repeats itself to the byte, chance has no part in it; time may, in the next second.
    if (run > 0 && samples.every((sample) => sample.join("\n") === theirs)) break;
  }
  return { kind: "different", difference: describeDifference(ours.split("\n"), samples) };
}

/** An output without what isn't the renderer's: the order of a Go map, and why a machine can't reach another host. */
function comparable(output: string): string {
  return inSchemaOrder(output).replaceAll(/^(failing loading "[^"]*": ).*$/gm, "$1…");
}

/** Tells whether the program gave the same documents in more than one order, as it does where it ranges over `keys`. */
function isReordered(samples: readonly (readonly string[])[]): boolean {
  const texts = samples.map((lines) => lines.join("\n"));
  return new Set(texts).size > 1 && new Set(texts.map(inTextOrder)).size === 1;
}

/** The documents in the order of their texts, without the blank lines between them, which stay where they are. */
function inTextOrder(output: string): string {
  const documents = output.split(/^---$/m).map((text) => text.replaceAll(/^\s*\n/gm, "").trimEnd());
  return documents.sort().join("\n---\n");
}

function fitsSamples(ours: readonly string[], samples: readonly (readonly string[])[]): boolean {
  return samples.every(({ length }) => length === ours.length) && firstDifference(ours, samples) < 0;
}

function firstDifference(ours: readonly string[], samples: readonly (readonly string[])[]): number {
  return ours.findIndex(
    (line, index) => !fitsLine(line, [...new Set(samples.map((sample) => sample[index] ?? ""))]),
  );
}

/** Tells whether a line is one of those seen, or agrees with what they have in common at both ends. */
function fitsLine(line: string, seen: readonly string[]): boolean {
  if (seen.includes(line)) return true;
  if (seen.length < 2) return false;
  const head = commonHead(seen);
  const tail = reversed(commonHead(seen.map((one) => reversed(one.slice(head.length)))));
  return line.startsWith(head) && line.endsWith(tail) && line.length >= head.length + tail.length;
}

/** The common start, without the letters at its end: those may be alike by chance. */
function commonHead(lines: readonly string[]): string {
  const [first = ""] = lines;
  let length = 0;
  while (length < first.length && lines.every((line) => line[length] === first[length])) length++;
  return first.slice(0, length).replace(/[\w+/=$.-]*$/, "");
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

/** How many lines are shown before and from the first one that differs. */
const shown = { before: 4, after: 6, width: 400 };

function describeDifference(ours: readonly string[], samples: readonly (readonly string[])[]): string {
  const [theirs = []] = samples;
  const found = firstDifference(ours, samples);
  const at = found < 0 ? ours.length : found;
  const cut = cutBefore(ours[at] ?? "", theirs[at] ?? "");
  const part = (lines: readonly string[], mark: string) =>
    lines
      .slice(at, at + shown.after)
      .map((line, index) => `${mark} ${shortened(line, index === 0 ? cut : 0)}`);
  const before = theirs.slice(Math.max(0, at - shown.before), at).map((line) => `  ${shortened(line, 0)}`);
  return [`line ${at + 1}:`, ...before, ...part(theirs, "-"), ...part(ours, "+")].join("\n");
}

/** Where two long lines are cut off, so that the place where they differ is seen. */
function cutBefore(a: string, b: string): number {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return common < shown.width / 2 ? 0 : common - shown.width / 4;
}

function shortened(line: string, cut: number): string {
  return `${cut === 0 ? "" : "…"}${line.slice(cut, cut + shown.width)}`;
}
