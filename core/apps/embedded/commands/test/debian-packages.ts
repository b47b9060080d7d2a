import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Call } from "../../cli/command.ts";
import { hasProgram, runProgram } from "./program.ts";

interface Need {
  /** Names on the PATH, or absolute paths. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  /** What is left out without it. */
  readonly without: string;
  /** Only the tests against real components need it. */
  readonly lab?: boolean;
}

const needs: readonly Need[] = [
  { programs: ["git"], packages: ["git"], without: "the tests of the Git host and of pushes" },
  { programs: ["chromium"], packages: ["chromium"], without: "the tests in a browser" },
  {
    programs: ["podman", "runc", "catatonit", "iptables", "busybox", "/usr/lib/podman/netavark"],
    packages: ["podman", "runc", "catatonit", "iptables", "busybox-static", "netavark"],
    without: "the tests in which Pods really run",
  },
  {
    programs: ["debootstrap"],
    packages: ["debootstrap"],
    without: "the tests with images made of Debian's packages",
    lab: true,
  },
];

/** Without lines of a progress bar, and after an installation that is under way: up to five minutes. */
const installOptions = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"];

/**
 * Installs the Debian packages that the tests need where this is allowed (root, apt), and gives one sentence
 * for each need that stays unmet.
 */
export async function providePackages({ terminal, signal }: Call, lab: boolean): Promise<string[]> {
  const wanted = needs.filter((need) => lab || need.lab !== true);
  const packages = wanted.filter((need) => missing(need).length > 0).flatMap((need) => need.packages);
  if (packages.length === 0) return [];
  if (process.getuid?.() === 0 && hasProgram("apt-get")) {
    terminal.progress(`Installing ${packages.join(", ")}`);
    const options = { folder: tmpdir(), signal, environment: { DEBIAN_FRONTEND: "noninteractive" } };
    await runProgram("apt-get", ["update", "-qq"], options);
    await runProgram(
      "apt-get",
      ["install", "-y", "-qq", ...installOptions, "--no-install-recommends", ...packages],
      options,
    );
  }
  return wanted.flatMap((need) => {
    const left = missing(need);
    const names = `${need.packages.length === 1 ? "package" : "packages"} ${need.packages.join(" ")}`;
    return left.length === 0 ? [] : [`${need.without}: ${left.join(", ")} missing (Debian's ${names})`];
  });
}

function missing({ programs }: Need): readonly string[] {
  return programs.filter((name) => (name.startsWith("/") ? !existsSync(name) : !hasProgram(name)));
}
