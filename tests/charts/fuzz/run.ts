import type { EngineCase } from "../engine/case.ts";
import type { RealEngine } from "../engine/real-engine.ts";
import { compareCases } from "./compare.ts";
import type { FuzzRun } from "../../fuzz-run.ts";
import { randomCase } from "./templates.ts";

/** What came of a run's cases. */
export interface Counted {
  cases: number;
  errors: number;
  limits: number;
  /** Cases of which Helm's engine gives several answers, none of them ours. */
  chance: number;
  /** Cases that differ in what is told among the limits. */
  told: number;
  differences: number;
}

/** Cases that are sent before their answers are awaited. */
const batch = 200;

/** Compares the cases of a run; calls `onDifference` with each that differs and `onProgress` now and then. */
export async function findDifferences(
  engine: RealEngine,
  { seed, cases, from }: FuzzRun,
  onDifference: (number: number, one: EngineCase) => Promise<void>,
  onProgress: (counted: Counted) => void = () => undefined,
): Promise<Counted> {
  const counted = { cases: 0, errors: 0, limits: 0, chance: 0, told: 0, differences: 0 };
  for (let first = from; first < from + cases; first += batch) {
    const numbers = Array.from(
      { length: Math.min(batch, from + cases - first) },
      (_, index) => first + index,
    );
    const made = numbers.map((number) => randomCase(seed, number));
    for (const [index, { ours, isSame, isChance, isTold }] of (await compareCases(engine, made)).entries()) {
      counted.cases++;
      if ("error" in ours) counted.errors++;
      if ("limit" in ours) counted.limits++;
      if (isChance) counted.chance++;
      if (isTold) counted.told++;
      if (isSame) continue;
      counted.differences++;
      await onDifference(numbers[index] ?? 0, made[index] as EngineCase);
    }
    onProgress(counted);
  }
  return counted;
}
