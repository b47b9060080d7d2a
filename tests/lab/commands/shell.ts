import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "../../scenarios/run-script.ts";
import { programFolder } from "../cache.ts";

/** A shell for one scenario: the lab's programs, a cluster as the current one, and a folder of its own. */
export interface CommandShell {
  /** Runs a command; gives all it printed, without what differs from run to run, and its exit code unless 0. */
  run(command: string): Promise<string>;
  close(): void;
}

/**
 * What commands may use besides: `until COMMAND TEXT` waits up to 90 s until what a command prints holds a text.
 */
const functions = `
until_prints() {
  for i in $(seq 180); do
    sh -c "$1" 2>&1 | grep -qe "$2" && return 0
    sleep 0.5
  done
  sh -c "$1"; return 1
}
`;

/**
 * Opens a shell whose kubeconfig is a copy of `kubeconfig` with the namespace `namespace`, which it makes. The
 * folder `charts` beside this file is in the working folder. Variables don't carry over from command to command.
 */
export async function openCommandShell(kubeconfig: string, namespace: string): Promise<CommandShell> {
  const home = mkdtempSync(join(tmpdir(), "catalyst-commands-"));
  const work = join(home, "work");
  mkdirSync(work);
  cpSync(join(import.meta.dirname, "charts"), join(work, "charts"), { recursive: true });
  const own = join(home, "kubeconfig");
  writeFileSync(own, readFileSync(kubeconfig), { mode: 0o600 });
  const functionsFile = join(home, "functions.sh");
  writeFileSync(functionsFile, functions);
  const environment = {
    PATH: `${programFolder()}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    LC_ALL: "C",
    TZ: "UTC",
    KUBECONFIG: own,
  };
  const run = async (command: string) => {
    const { output, code } = await runScript(`. ${functionsFile}\ncd ${work}\n${command}`, environment);
    const shown = comparable(output.replaceAll(home, "<home>"));
    return code === 0 ? shown : `${shown}\n(exit ${code})`.trimStart();
  };
  await run(
    `kubectl create namespace ${namespace}; kubectl config set-context --current --namespace=${namespace}`,
  );
  for (const made of ["serviceaccount/default", "configmap/kube-root-ca.crt"])
    await run(`until_prints 'kubectl get ${made} -o name' ${made}`);
  return { run, close: () => rmSync(home, { recursive: true, force: true }) };
}

/** What Kubernetes' client logs by itself of a watch that its program ends: not each time. */
const endedWatch = /^[IWE]\d{4} [\d:.]+ +\d+ \S+\] .*\bcontext canceled\b.*\n?/gm;

const suffix = "[bcdfghjklmnpqrstvwxz2456789]";

/** What differs from run to run or is the cluster's own, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\b/g, "<time>"],
  [/\b\w{3} \w{3} +\d+ \d\d:\d\d:\d\d (UTC )?\d{4}\b/g, "<time>"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( \+0000 UTC)?/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/https:\/\/(127\.0\.0\.1|localhost):\d+(\/clusters\/[a-z-]+)?/g, "<server>"],
  [/\b10\.\d+\.\d+\.\d+(\/\d+)?\b/g, "<address>"],
  [new RegExp(`-${suffix}{6,10}-${suffix}{5}\\b`, "g"), "-<hash>-<id>"],
  [new RegExp(`-(${suffix}{9,10}|(?=${suffix}*\\d)${suffix}{8})\\b`, "g"), "-<hash>"],
  [/pod-template-hash=\w+/g, "pod-template-hash=<hash>"],
  [/(resourceVersion"?: *"?)\d+/g, "$1<revision>"],
  [/\b\d+(\.\d+)?(ms|s|m\d+s|m|h\d+m|h|d\d+h|d|y\d+d|y)\b(?= ago|$| {2})/gm, "<age>"],
  [/ago\)/g, "ago)"],
];

/** Columns are as wide as their widest cell, so runs of spaces within a line count as two. */
function comparable(output: string): string {
  let text = output.replace(endedWatch, "").trimEnd();
  for (const [pattern, name] of varying) text = text.replace(pattern, name);
  return text.replace(/(?<=\S) {2,}/g, "  ").replace(/ +$/gm, "");
}
