/** What one program made of one input: its output, or why it refused. */
export type Answer =
  | { readonly output: string; readonly error?: undefined }
  | { readonly error: string; readonly output?: undefined };

/** How two answers to the same input compare. `unplaced`: both refuse, but ours doesn't say where. */
export type Verdict =
  | "same"
  | "both refuse"
  | "unplaced"
  | "output differs"
  | "only ours refuses"
  | "only theirs refuses";

export interface Comparison {
  readonly input: string;
  readonly verdict: Verdict;
  /** Why, on a few lines: a short diff, or the texts of the errors. Empty when the answers agree. */
  readonly detail: string;
}

/** Compares two answers to one input. `isPlaced`: whether our refusal names where. */
export function compare(input: string, ours: Answer, theirs: Answer, isPlaced: boolean): Comparison {
  if (ours.error !== undefined && theirs.error !== undefined) {
    return isPlaced
      ? { input, verdict: "both refuse", detail: "" }
      : { input, verdict: "unplaced", detail: `ours:   ${ours.error}\ntheirs: ${theirs.error}` };
  }
  if (ours.error !== undefined) return { input, verdict: "only ours refuses", detail: ours.error };
  if (theirs.error !== undefined) return { input, verdict: "only theirs refuses", detail: theirs.error };
  if (ours.output === theirs.output) return { input, verdict: "same", detail: "" };
  return { input, verdict: "output differs", detail: shortDiff(theirs.output, ours.output) };
}

/** Tells whether two answers agree. */
export function agrees({ verdict }: Comparison): boolean {
  return verdict === "same" || verdict === "both refuse";
}

/** Prints how many inputs had which verdict, the most frequent first. */
export function countVerdicts(comparisons: readonly Comparison[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of comparisons) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([verdict, count]) => `${count} ${verdict}`);
  return `${comparisons.length} compared: ${parts.join(", ") || "none"}`;
}

/** Lines around the first difference that are shown on either side. */
const shownLines = 6;

/** Shows where two texts begin to differ: the line before it, then a few of theirs (`-`) and ours (`+`). */
export function shortDiff(theirs: string, ours: string): string {
  const left = theirs.split("\n");
  const right = ours.split("\n");
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let fromEnd = 0;
  const rest = Math.min(left.length, right.length) - start;
  while (fromEnd < rest && left[left.length - 1 - fromEnd] === right[right.length - 1 - fromEnd]) fromEnd++;
  const shown = (lines: readonly string[], sign: string) => {
    const differing = lines.slice(start, lines.length - fromEnd);
    const more =
      differing.length > shownLines ? [`${sign} … ${differing.length - shownLines} more lines`] : [];
    return [...differing.slice(0, shownLines).map((line) => `${sign} ${line}`), ...more];
  };
  const before = start === 0 ? [] : [`  ${left[start - 1]}`];
  return [`line ${start + 1}:`, ...before, ...shown(left, "-"), ...shown(right, "+")].join("\n");
}
