import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectId } from "@catalyst/ports/git";
import type { RepositoryReader } from "../repository-reader.ts";

const zeroId = "0".repeat(40);

/** One move of one ref, as a push made it. */
export interface RefMove {
  readonly ref: string;
  readonly before: ObjectId;
  readonly after: ObjectId;
  /** Absent for a ref that was deleted: its log went with it. */
  readonly pusher?: { readonly user: string; readonly email: string };
}

/** Where all branches and tags stand. */
export async function readRefs(reader: RepositoryReader): Promise<Record<string, ObjectId>> {
  const format = "--format=%(objectname) %(refname)";
  const output = (await reader.run(["for-each-ref", format, "refs/heads/", "refs/tags/"])).toString();
  const lines = output.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]),
  );
}

/**
 * The moves that lead from `known` to how refs stand now, push by push where the branch's own log tells them, in
 * one step otherwise. So nothing has to be remembered between a push and its being told.
 */
export async function movesSince(
  directory: string,
  known: Readonly<Record<string, ObjectId>>,
  now: Readonly<Record<string, ObjectId>>,
): Promise<readonly RefMove[]> {
  const moves: RefMove[] = [];
  for (const ref of new Set([...Object.keys(known), ...Object.keys(now)])) {
    const before = known[ref] ?? zeroId;
    const after = now[ref];
    if (after === before) continue;
    if (after === undefined) moves.push({ ref, before, after: zeroId });
    else moves.push(...logged(await readLog(directory, ref), ref, before, after));
  }
  return moves;
}

function logged(log: readonly RefMove[], ref: string, before: ObjectId, after: ObjectId): readonly RefMove[] {
  const end = log.findLastIndex((move) => move.after === after);
  const start = log.findLastIndex((move, index) => index <= end && move.before === before);
  const steps = start < 0 ? [] : log.slice(start, end + 1);
  const joined = steps.every((move, index) => index === 0 || move.before === steps[index - 1]?.after);
  if (steps.length > 0 && joined) return steps;
  const pusher = log[end]?.pusher;
  return [pusher === undefined ? { ref, before, after } : { ref, before, after, pusher }];
}

/** Reads a ref's log: `<old> <new> <name> <<email>> <seconds> <zone>\t<message>` per line. */
async function readLog(directory: string, ref: string): Promise<readonly RefMove[]> {
  const text = await readFile(join(directory, "logs", ref), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]+) ([0-9a-f]+) (.*) <([^>]*)> \d+ [+-]\d{4}(\t|$)/.exec(line);
    if (match === null) return [];
    const [, before = "", after = "", user = "", email = ""] = match;
    return [{ ref, before, after, pusher: { user, email } }];
  });
}
