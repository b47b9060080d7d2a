import { globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { EnvironmentError, UsageError } from "../cli/errors.ts";
import { buildAhead } from "./test/build-ahead.ts";
import { providePackages } from "./test/debian-packages.ts";
import { hasProgram, runProgram } from "./test/program.ts";
import { countTests, describeCounts, type TestCounts } from "./test/report.ts";

const root = resolve(import.meta.dirname, "../../../..");

/** Runs the checks and the tests; with `--lab` the tests against real components. */
export const test: Command = {
  options: {
    only: { type: "string", value: "GLOB", help: "Run the test files that match, and no checks" },
    lab: {
      type: "boolean",
      help: "Run the tests against real components (builds them with Go when missing)",
    },
    rewrite: { type: "boolean", help: "Write down what scenarios print now; look at the diff" },
  },
  examples: ["./catalyst test", "./catalyst test --only 'core/charts/**'", "./catalyst test --lab"],
  run: runTests,
};

async function runTests(call: Call): Promise<ExitCode> {
  const lab = call.arguments.flag("lab");
  if (lab && !hasProgram("go")) {
    throw new EnvironmentError("the lab builds real components with Go, and there is no Go on the PATH", {
      hint: "Install Go 1.26 or newer, or run ./catalyst test without --lab.",
    });
  }
  const files = selectFiles(call.arguments.text("only"), call.folder, lab);
  const left = await providePackages(call, lab);
  const checked = files.length > 0 || lab ? true : await runChecks(call);
  const stopBuilding =
    lab && files.length === 0 ? buildAhead(join(root, "tests/lab/main.ts")) : async () => undefined;
  const counts = await runVitest(call, files, lab).finally(stopBuilding);
  const passed = checked && counts.failed === 0 && counts.broken === 0 && !call.signal.aborted;
  const skipped = [...left, ...counts.reasons];
  call.terminal.result(
    { passed, checks: checked, tests: { ...counts, reasons: undefined }, skipped },
    describeCounts(counts, checked, skipped),
  );
  return passed ? 0 : 1;
}

async function runChecks({ signal }: Call): Promise<boolean> {
  const words = [join(root, "scripts/check.ts")];
  return (await runProgram(process.execPath, words, { folder: root, signal })) === 0;
}

async function runVitest(call: Call, files: readonly string[], lab: boolean): Promise<TestCounts> {
  const rewrite = call.arguments.flag("rewrite");
  const options = [
    ...(lab ? ["--config", join(root, "tests/lab/vitest.config.ts")] : []),
    ...(rewrite ? ["--update"] : []),
  ];
  return countTests(root, async (reporters, environment) => {
    const words = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...options, ...reporters, ...files];
    return runProgram(process.execPath, words, {
      folder: root,
      signal: call.signal,
      environment: { ...environment, CATALYST_REWRITE: rewrite ? "1" : "" },
    });
  });
}

/** Gives the test files that the glob matches, or that lie in the folder it names; all of them without one. */
function selectFiles(glob: string | undefined, folder: string, lab: boolean): readonly string[] {
  if (glob === undefined) return [];
  const found = globSync(glob, { cwd: root })
    .flatMap((path) =>
      statSync(join(root, path)).isDirectory() ? globSync(`${path}/**`, { cwd: root }) : [path],
    )
    .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules/"))
    .filter((path) => path.startsWith("tests/lab/") === lab);
  if (found.length > 0) return found;
  throw new UsageError(`no test file matches ${glob}`, {
    hint: `The glob starts at the repository's root, ${folder === root ? "this folder" : root}.`,
  });
}
