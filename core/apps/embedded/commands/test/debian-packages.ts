import { tmpdir } from "node:os";
import type { Call } from "../../cli/command.ts";
import { hasProgram, runProgram } from "./program.ts";

interface Need {
  readonly program: string;
  readonly package: string;
  /** What is left out without it. */
  readonly without: string;
}

const needs: readonly Need[] = [
  { program: "git", package: "git", without: "the tests of the Git host and of pushes" },
  { program: "chromium", package: "chromium", without: "the tests in a browser" },
];

/**
 * Installs the Debian packages that the tests need where this is allowed (root, apt), and gives one sentence
 * for each program that stays missing.
 */
export async function providePackages({ terminal, signal }: Call): Promise<string[]> {
  const missing = needs.filter(({ program }) => !hasProgram(program));
  if (missing.length === 0) return [];
  if (process.getuid?.() === 0 && hasProgram("apt-get")) {
    terminal.progress(`Installing ${missing.map((need) => need.package).join(", ")}`);
    const options = { folder: tmpdir(), signal, environment: { DEBIAN_FRONTEND: "noninteractive" } };
    await runProgram("apt-get", ["update", "-qq"], options);
    const packages = missing.map((need) => need.package);
    await runProgram(
      "apt-get",
      ["install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", ...packages],
      options,
    );
  }
  return missing
    .filter(({ program }) => !hasProgram(program))
    .map((need) => `${need.without}: ${need.program} is missing (Debian's package ${need.package})`);
}
