/**
 * A golden scenario: commands as a person would type them, each followed by `----` and its whole output. A
 * block ends at an empty line; an output that holds an empty line stands between two doubled `----`:
 *
 * ```
 * # Lines that begin with # before a command are kept as they are.
 * git push
 * ----
 * To http://…
 *
 * curl $URL/v1/me
 * ----
 * ----
 * {
 *
 * }
 * ----
 * ----
 * ```
 */
export interface ScenarioBlock {
  /** Comment lines, with their `#`. */
  readonly comment: string;
  /** One or more lines for the shell. */
  readonly command: string;
  /** Everything the command printed, without the last line's end. */
  readonly output: string;
}

const mark = "----";

/** Reads a scenario. Throws where a command has no `----` or a doubled one isn't closed. */
export function parseScenario(text: string): ScenarioBlock[] {
  const lines = text.split("\n");
  const blocks: ScenarioBlock[] = [];
  let at = 0;
  const take = (until: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    for (; at < lines.length && !until(lines[at] ?? ""); at++) taken.push(lines[at] ?? "");
    return taken;
  };
  for (;;) {
    take((line) => line !== "");
    if (at >= lines.length) return blocks;
    const start = at + 1;
    const comment = take((line) => !line.startsWith("#")).join("\n");
    const command = take((line) => line === mark || line === "").join("\n");
    if (lines[at] !== mark || command === "") throw new Error(`line ${start}: a command without ${mark}`);
    at++;
    const doubled = lines[at] === mark;
    if (doubled) at++;
    const isEnd = doubled
      ? (line: string) => line === mark && lines[at + 1] === mark
      : (line: string) => line === "";
    const output = take(isEnd).join("\n");
    if (doubled && at >= lines.length)
      throw new Error(`line ${start}: the output isn't closed by ${mark} ${mark}`);
    if (doubled) at += 2;
    blocks.push({ comment, command, output });
  }
}

/** Prints a scenario so that parseScenario reads the same again. */
export function printScenario(blocks: readonly ScenarioBlock[]): string {
  return `${blocks.map(printBlock).join("\n\n")}\n`;
}

function printBlock({ comment, command, output }: ScenarioBlock): string {
  const head = comment === "" ? [command, mark] : [comment, command, mark];
  if (output === "") return head.join("\n");
  const doubled = output.split("\n").includes("");
  return [...head, ...(doubled ? [mark, output, mark, mark] : [output])].join("\n");
}

/** What differs from run to run, and what stands for it. The first pattern that matches wins. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\bsha256:[0-9a-f]{64}\b/g, "<digest>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/\b[0-9a-f]{40}\b/g, "<commit>"],
  [/\b(?=[a-f]*\d)[0-9a-f]{10,12}\b/g, "<id>"],
  [/(?<=- time: ).*/g, "<ago>"],
  [/\b[0-9a-f]{7,12}\.\.[0-9a-f]{7,12}\b/g, "<commits>"],
  [/\b\d+(\.\d+)? ?m?s\b/g, "<duration>"],
];

/** Puts words in place of what differs from run to run; `known` texts (ports, folders) first. */
export function steady(output: string, known: ReadonlyMap<string, string>): string {
  let text = output.trimEnd();
  for (const [value, name] of known) text = text.replaceAll(value, name);
  for (const [pattern, name] of varying) text = text.replace(pattern, name);
  return text;
}
