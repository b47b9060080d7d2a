import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../lab/build.ts";
import { componentNamed } from "../lab/lab.ts";
import { openPeer, openPodmanSubject, openSubject, podmanPrograms, programs } from "./clusters.ts";
import { excepted } from "./exceptions.ts";
import { exactly, runSuite } from "./suite.ts";

/**
 * Runs end-to-end tests by hand: `npm run conformance -- [--real|--podman] [--asked] [--processes N] FOCUS…`, where each
 * FOCUS is a part of a spec's name; `--podman` runs Pods, `--asked` leaves out the exceptions. Prints a line for each
 * spec, and where log and report are.
 */
const words = process.argv.slice(2);
const isReal = take("--real") !== undefined;
const onPodman = take("--podman") !== undefined;
const isAsked = take("--asked") !== undefined;
const skip = isAsked ? excepted(onPodman ? "podman" : "simulated").map(exactly) : [];
const processes = Number(take("--processes", true) ?? 6);
const focus = words.length === 0 ? ["\\[Conformance\\]"] : words;

function take(name: string, valued = false): string | undefined {
  const at = words.indexOf(name);
  if (at < 0) return undefined;
  return words.splice(at, valued ? 2 : 1)[valued ? 1 : 0];
}

for (const name of onPodman ? podmanPrograms : programs) await build(componentNamed(name));
const folder = mkdtempSync(join(tmpdir(), "catalyst-conformance-"));
const open = isReal ? openPeer : onPodman ? openPodmanSubject : openSubject;
const cluster = await open(folder);
try {
  const verdicts = await runSuite({ kubeconfig: cluster.kubeconfig, folder, focus, skip, processes });
  for (const { passed, seconds, spec, failure } of verdicts)
    process.stdout.write(
      `${passed ? "passed" : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${spec}${failure === "" ? "" : `\n         ${failure}`}\n`,
    );
  const failed = verdicts.filter(({ passed }) => !passed).length;
  process.stdout.write(`${verdicts.length - failed} passed, ${failed} failed; ${folder}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await cluster.stop();
}
