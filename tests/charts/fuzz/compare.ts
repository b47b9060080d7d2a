import { quoteMeta } from "@catalyst/base/go-regexp";
import type { EngineCase, Outcome } from "../engine/case.ts";
import { rejoined } from "../../../core/charts/template/bytes.ts";
import { type Conditions, renderOurs } from "../engine/our-engine.ts";
import type { RealEngine } from "../engine/real-engine.ts";

/** What one case may use of ours; a case past it isn't asked of Helm's engine, which has no limits. */
const limits = { output: 1_000_000, memory: 20_000_000, steps: 20_000, milliseconds: 5000 };

export interface Compared {
  readonly ours: Outcome;
  /** Absent where a limit of ours was passed. */
  readonly theirs: Outcome | undefined;
  readonly isSame: boolean;
  /** Whether it counts as the same only since `docs/engineers/limits.md` tells what differs. */
  readonly isTold?: boolean;
  /** Whether Helm's engine itself gives now one answer and now another, none of which is ours. */
  readonly isChance?: boolean;
}

/**
 * How often Helm's engine is asked about a case that differs: Go goes through a map in an order drawn by chance, of which
 * the rarer of two comes up once in eight times: asked so often, it is missed once in 26 million times.
 */
const repeats = 128;

/** Renders cases with both engines. */
export function compareCases(engine: RealEngine, cases: readonly EngineCase[]): Promise<Compared[]> {
  return Promise.all(cases.map((one) => compareCase(engine, one)));
}

/** Renders a case with both engines. What ours throws that it never should counts as its error. */
export async function compareCase(engine: RealEngine, one: EngineCase): Promise<Compared> {
  const ours = outcomeOfOurs(one);
  if ("limit" in ours) return { ours, theirs: undefined, isSame: true };
  const theirs = await engine.render(one);
  if ("limit" in theirs) return { ours: theirs, theirs, isSame: true };
  if (isEqual(ours, theirs)) return { ours, theirs, isSame: true };
  if (isSame(ours, theirs) || isKnown(ours)) return { ours, theirs, isSame: true, isTold: true };
  if (tellsTheMoment(one, ours)) return { ours, theirs, isSame: true, isChance: true };
  const again = await Promise.all(Array.from({ length: repeats }, () => engine.render(one)));
  if (again.some((answer) => isSame(ours, answer))) return { ours, theirs, isSame: true };
  const isChance = again.some((answer) => !isSame(theirs, answer));
  return { ours, theirs, isSame: isChance, isChance };
}

function isSame(a: Outcome, b: Outcome): boolean {
  return isEqual(changed(a), changed(b));
}

/**
 * Differences that are told among the limits. A slice of Go may have room past its end, which depends on how it was
 * made; `slice` gives what is there. Complex numbers aren't read.
 */
function isKnown(ours: Outcome): boolean {
  if (!("error" in ours)) return false;
  if (/error calling \w*[sS]lice: .*(out of bounds|out of range)/.test(ours.error)) return true;
  return /parse error at .*: ".*\di"$/.test(ours.error);
}

/** Whether ours gives something else at another moment: Helm's engine can't be told which one it is. */
function tellsTheMoment(one: EngineCase, ours: Outcome): boolean {
  return !isSame(ours, outcomeOfOurs(one, { now: 1_234_567_890_123 }));
}

function outcomeOfOurs(one: EngineCase, conditions: Conditions = {}): Outcome {
  try {
    return renderOurs(one, { ...conditions, limits });
  } catch (error) {
    return { error: `thrown: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

/**
 * Ours for where a value lies in memory, as each verb shows it: hexadecimal, decimal, octal, binary. Go's is another at
 * every run.
 */
const ourAddress = /c0{9}|C0{9}|824633720832|140{12}|110{38}/g;

/** Whether theirs is ours but for where values lie in memory. */
function isEqual(ours: Outcome, theirs: Outcome): boolean {
  const [our, their] = [textOf(ours), textOf(theirs)];
  if ("output" in ours !== "output" in theirs || our === undefined || their === undefined) return false;
  if (our === their) return true;
  const parts = our.split(ourAddress).map(quoteMeta);
  return parts.length > 1 && new RegExp(`^${parts.join("[0-9a-fA-F]+")}$`).test(their);
}

function textOf(outcome: Outcome): string | undefined {
  if ("output" in outcome) return rejoined(outcome.output);
  return "error" in outcome ? rejoined(outcome.error) : undefined;
}

/**
 * What differs and is known: what verbs that aren't for texts print of a time, and how the reader of TOML names what it
 * can't read, which is another library here.
 */
const known: readonly (readonly [found: RegExp, by: string])[] = [
  [/0x[0-9a-f]{10,12}/gi, "0xc000000000"],
  [/(%!.\(time\.Time=)[^)]*/g, "$1…"],
  // Whether a NaN has a sign hangs on the processor; TOML alone shows it.
  [/-nan\b/g, "nan"],
  [/(toml: line \d+).*/g, "$1…"],
  [/toml: (?!line|cannot).*/g, "toml: line 1…"],
];

function changed(outcome: Outcome): Outcome {
  const text = (given: string) =>
    known.reduce((left, [found, by]) => left.replace(found, by), rejoined(given));
  if ("output" in outcome) return { output: text(outcome.output) };
  return "error" in outcome ? { error: text(outcome.error) } : outcome;
}
