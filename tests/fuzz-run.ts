import { readCount, readWords } from "./command-line.ts";

/** Which random cases are tried. */
export interface FuzzRun {
  readonly seed: number;
  readonly cases: number;
  /** Number of the first case. */
  readonly from: number;
}

/** Reads the words of a fuzzer's command, `npm run NAME`, which tries so many cases where it isn't told how many. */
export function readFuzzRun(name: string, cases: number): FuzzRun {
  const usage = `npm run ${name} -- [--cases ${cases}] [--seed S] [--from NUMBER]`;
  const { values } = readWords(
    {
      options: {
        cases: { type: "string", default: String(cases) },
        seed: { type: "string", default: String(Date.now() % 100_000) },
        from: { type: "string", default: "0" },
      },
    },
    usage,
  );
  return {
    seed: readCount("seed", values.seed, usage),
    cases: readCount("cases", values.cases, usage, 1),
    from: readCount("from", values.from, usage),
  };
}
