import { isDeepStrictEqual } from "node:util";
import { type EngineCase, type Outcome } from "../engine/case.ts";
import { renderOurs } from "../engine/our-engine.ts";
import type { RealEngine } from "../engine/real-engine.ts";

/** What one case may use of ours; a case past it isn't asked of Helm's engine, which has no limits. */
const limits = { output: 1_000_000, steps: 20_000, milliseconds: 5000 };

export interface Compared {
  readonly ours: Outcome;
  /** Absent where a limit of ours was passed. */
  readonly theirs: Outcome | undefined;
  readonly isSame: boolean;
}

/** Renders cases with both engines. */
export function compareCases(engine: RealEngine, cases: readonly EngineCase[]): Promise<Compared[]> {
  return Promise.all(cases.map((one) => compareCase(engine, one)));
}

/** Renders a case with both engines. What ours throws that it never should counts as its error. */
export async function compareCase(engine: RealEngine, one: EngineCase): Promise<Compared> {
  const ours = outcomeOfOurs(one);
  if ("limit" in ours) return { ours, theirs: undefined, isSame: true };
  const theirs = await engine.render(one);
  return { ours, theirs, isSame: isDeepStrictEqual(steady(ours), steady(theirs)) };
}

function outcomeOfOurs(one: EngineCase): Outcome {
  try {
    return renderOurs(one, limits);
  } catch (error) {
    return { error: `thrown: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

/** Where a value lies in Go's memory differs from run to run. */
const address = /0x?c0[0-9a-f]{8}/gi;

function steady(outcome: Outcome): Outcome {
  if ("output" in outcome) return { output: outcome.output.replace(address, "0xc000000000") };
  return "error" in outcome ? { error: outcome.error.replace(address, "0xc000000000") } : outcome;
}
