import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** What a run of the tests came to. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Test files that could not even be loaded. */
  readonly broken: number;
  /** Why tests were skipped: what the tests noted, and the files of those that noted nothing. */
  readonly reasons: readonly string[];
}

/** The part of vitest's JSON report that is read. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

type Run = (reporters: readonly string[], environment: Record<string, string>) => Promise<number>;

/**
 * Runs vitest through `run` and counts from its report. A test file may append lines to the file that
 * `CATALYST_SKIP_NOTES` names, each telling what it leaves out and why.
 */
export async function countTests(root: string, run: Run): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-test-"));
  try {
    const file = join(folder, "report.json");
    const notes = join(folder, "skipped");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const exit = await run(reporters, { CATALYST_SKIP_NOTES: notes });
    const noted = existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : [];
    if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0, broken: 1, reasons: noted };
    return summarize(JSON.parse(readFileSync(file, "utf8")) as VitestReport, exit, root, [...new Set(noted)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function summarize(report: VitestReport, exit: number, root: string, notes: readonly string[]): TestCounts {
  const isSkipped = (status: string) => status === "skipped" || status === "pending";
  const silent = report.testResults.flatMap(({ name, assertionResults }) => {
    const skipped = assertionResults.filter(({ status }) => isSkipped(status)).length;
    const path = relative(root, name);
    const explained = notes.some((note) => note.includes(path));
    return skipped === 0 || explained ? [] : [`${skipped} of the tests in ${path}`];
  });
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests,
    // An error outside any test (an unhandled rejection) shows only in the exit code.
    broken: broken === 0 && failed === 0 && exit !== 0 ? 1 : broken,
    reasons: [...notes, ...silent],
  };
}

/** Prints the closing lines: what was skipped, then the counts. */
export function describeCounts(counts: TestCounts, checked: boolean, skipped: readonly string[]): string {
  const parts = [`${counts.passed} passed`, `${counts.failed} failed`, `${counts.skipped} skipped`];
  if (counts.broken > 0) parts.push(`${counts.broken} broken test ${counts.broken === 1 ? "file" : "files"}`);
  if (!checked) parts.push("checks failed");
  return [...skipped.map((reason) => `skipped: ${reason}`), `tests: ${parts.join(", ")}`].join("\n");
}
