import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FuzzRun } from "../../../fuzz-run.ts";
import { agrees, type Comparison, compare } from "../../comparison.ts";
import { type Building, ourAnswer, theirAnswer } from "../answers.ts";
import { type FuzzCase, randomCase } from "./case.ts";

const building: Building = { restriction: "folder", helm: undefined };

/** What came of a run's cases. */
export interface Counted {
  cases: number;
  /** Both programs refuse them. */
  refused: number;
  differences: number;
}

/** Cases that are built as one first: most are the same, and one start of the real program is enough for them. */
const batch = 16;

/** Compares the cases of a run; calls `onDifference` with each that differs and `onProgress` now and then. */
export async function findDifferences(
  program: string,
  { seed, cases, from }: FuzzRun,
  onDifference: (number: number, one: FuzzCase, comparison: Comparison) => Promise<void>,
  onProgress: (counted: Counted) => void = () => undefined,
): Promise<Counted> {
  const counted: Counted = { cases: 0, refused: 0, differences: 0 };
  for (let first = from; first < from + cases; first += batch) {
    const size = Math.min(batch, from + cases - first);
    const numbers = Array.from({ length: size }, (_, index) => first + index);
    counted.cases += size;
    for (const number of await differingOrRefused(program, seed, numbers)) {
      const one = randomCase(seed, number);
      const comparison = await compareCase(program, one);
      if (comparison.verdict === "both refuse") counted.refused++;
      if (agrees(comparison)) continue;
      counted.differences++;
      await onDifference(number, one, comparison);
    }
    onProgress(counted);
  }
  return counted;
}

/** Halves what isn't the same together until single cases are left. */
async function differingOrRefused(
  program: string,
  seed: number,
  numbers: readonly number[],
): Promise<readonly number[]> {
  if (numbers.length <= 1) return numbers;
  const resources = numbers.map((number) => `- c${number}\n`).join("");
  const all = new Map([["kustomization.yaml", `resources:\n${resources}`]]);
  for (const number of numbers) {
    for (const [path, text] of randomCase(seed, number)) all.set(`c${number}/${path}`, text);
  }
  if ((await compareCase(program, all)).verdict === "same") return [];
  const half = numbers.length >> 1;
  const found: number[] = [];
  for (const part of [numbers.slice(0, half), numbers.slice(half)])
    found.push(...(await differingOrRefused(program, seed, part)));
  return found;
}

/** Builds one case with both programs. */
export async function compareCase(program: string, files: FuzzCase): Promise<Comparison> {
  const root = mkdtempSync(join(tmpdir(), "fuzz-kustomize-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const theirs = await theirAnswer(program, root, building);
    const { answer, isPlaced } = ourAnswer(root, root, building);
    return compare("", answer, theirs, isPlaced);
  } finally {
    rmSync(root, { recursive: true });
  }
}
