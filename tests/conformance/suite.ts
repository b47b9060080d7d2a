import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { programPath } from "../lab/lab.ts";

/** One of Kubernetes' end-to-end tests and how it went. */
export interface Verdict {
  /** Its full name, as ginkgo's `--focus` reads it. */
  readonly spec: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** The first line of what it complained of; empty when it passed. */
  readonly failure: string;
}

export interface SuiteRun {
  /** Of the cluster under test; the user in it may do everything. */
  readonly kubeconfig: string;
  /** A folder for the report and the log, `run.log`. */
  readonly folder: string;
  /** Regular expressions of Go: a spec runs when one fits its name and none of `skip` does. */
  readonly focus: readonly string[];
  readonly skip?: readonly string[];
  /** Specs that run at once; those marked Serial run alone at the end. */
  readonly processes?: number;
}

/** Specs mostly wait, so more of them than processors run at once. */
const usualProcesses = 6;

/**
 * Runs Kubernetes' own conformance tests, unchanged, against a cluster. Throws `conformance-not-run` when the
 * program ended without a report.
 */
export async function runSuite(run: SuiteRun): Promise<readonly Verdict[]> {
  const report = "report.json";
  const words = [
    `--procs=${run.processes ?? usualProcesses}`,
    "--no-color",
    "--succinct",
    "--keep-going",
    "--timeout=60m",
    ...run.focus.map((text) => `--focus=${text}`),
    ...(run.skip ?? []).map((text) => `--skip=${text}`),
    `--json-report=${report}`,
    `--output-dir=${run.folder}`,
    programPath("e2e.test"),
    "--",
    "--provider=skeleton",
    `--kubeconfig=${run.kubeconfig}`,
    `--kubectl-path=${programPath("kubectl")}`,
    // the nodes here are simulated, and the API server has no Pods of its own
    "--allowed-not-ready-nodes=-1",
    "--minStartupPods=0",
  ];
  await ended(words, join(run.folder, "run.log"), run.folder);
  try {
    return verdicts(JSON.parse(readFileSync(join(run.folder, report), "utf8")) as readonly SuiteReport[]);
  } catch (cause) {
    throw new CatalystError("conformance-not-run", "the end-to-end tests left no report", {
      hint: `Look into ${join(run.folder, "run.log")}.`,
      cause,
    });
  }
}

/** Gives a Go regular expression that fits one spec only. */
export function exactly(spec: string): string {
  return `${spec.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
}

function ended(words: readonly string[], log: string, folder: string): Promise<void> {
  const child = spawn(programPath("ginkgo"), words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const output = createWriteStream(log);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => output.end(() => resolve()));
  });
}

interface SuiteReport {
  readonly SpecReports: readonly {
    readonly LeafNodeType: string;
    readonly ContainerHierarchyTexts: readonly string[] | null;
    readonly LeafNodeText: string;
    readonly State: string;
    readonly RunTime: number;
    readonly Failure?: { readonly Message: string };
  }[];
}

function verdicts(reports: readonly SuiteReport[]): readonly Verdict[] {
  return reports
    .flatMap((report) => report.SpecReports)
    .filter(({ LeafNodeType, State }) => LeafNodeType === "It" && State !== "skipped")
    .map((spec) => ({
      spec: [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(" "),
      passed: spec.State === "passed",
      seconds: spec.RunTime / 1e9,
      failure: (spec.Failure?.Message ?? "").split("\n")[0] ?? "",
    }))
    .sort((a, b) => (a.spec < b.spec ? -1 : 1));
}
