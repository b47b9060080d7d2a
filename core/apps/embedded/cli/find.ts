import type { CommandEntry } from "./command.ts";
import { UsageError } from "./errors.ts";

/** A command and the words that follow its name. */
export interface Found {
  readonly entry: CommandEntry;
  readonly rest: readonly string[];
}

/**
 * Finds the command that the first words name; the longest name wins. Throws UsageError naming the closest
 * command where there is none.
 */
export function findCommand(table: readonly CommandEntry[], words: readonly string[]): Found {
  const matches = table.filter(({ name }) => name.split(" ").every((word, index) => words[index] === word));
  const [entry] = matches.toSorted((a, b) => b.name.length - a.name.length);
  if (entry !== undefined) return { entry, rest: words.slice(entry.name.split(" ").length) };
  const given = words.slice(0, groupOf(table, words[0]).length > 0 ? 2 : 1).join(" ");
  const closest = closestName(table, given);
  throw new UsageError(`there is no command "${given}"`, {
    hint:
      closest === undefined ? "See ./catalyst --help." : `Did you mean "${closest}"? See ./catalyst --help.`,
  });
}

/** Gives the commands whose name begins with `word` and goes on: `chart` for `chart template`. */
export function groupOf(table: readonly CommandEntry[], word: string | undefined): readonly CommandEntry[] {
  return table.filter(({ name }) => name.startsWith(`${word} `));
}

function closestName(table: readonly CommandEntry[], given: string): string | undefined {
  const [best] = table
    .map(({ name }) => ({ name, distance: distance(given, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, given.length / 2) ? best.name : undefined;
}

/** Counts the edits (insert, delete, replace a character) between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
