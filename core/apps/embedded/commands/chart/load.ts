import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { type Chart, fetchChart, loadChart, loadChartFolder, readOciReference } from "@catalyst/charts";
import type { Arguments, Option } from "../../cli/command.ts";
import { UsageError } from "../../cli/errors.ts";
import { dependencyTransport } from "./transport.ts";
import { verifyFile } from "./verification.ts";

/** The options that say where a chart comes from and whom it must be signed by. */
export const sourceOptions: Readonly<Record<string, Option>> = {
  repo: { type: "string", value: "URL", help: "The repository that has the chart" },
  version: {
    type: "string",
    value: "RANGE",
    help: "The chart's version there; the newest release by default",
  },
  devel: { type: "boolean", help: "Take the newest version also where it isn't released yet" },
  verify: { type: "boolean", help: "Take the packed chart only where its provenance file proves it" },
  keyring: { type: "string", value: "FILE", help: "The public keys of those whose charts are taken" },
};

/** Loads the chart a command names: a folder or a packed one. Throws `chart-not-found` and what loading throws. */
export async function chartAt(folder: string, path: string): Promise<Chart> {
  const target = resolve(folder, path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  return found.isDirectory() ? loadChartFolder(target) : loadChart(readFileSync(target));
}

/**
 * Loads the chart that the source options lead to: from here, a repository or a registry. Throws what fetching,
 * verifying and loading throw.
 */
export async function chartFrom(given: Arguments, folder: string, name: string): Promise<Chart> {
  const version = given.text("version") ?? (given.flag("devel") ? ">0.0.0-0" : "");
  const repository = given.text("repo");
  const isRemote = repository !== undefined || name.startsWith("oci://");
  if (isRemote && given.flag("verify")) throw new UsageError("--verify is for a packed chart that lies here");
  if (repository !== undefined) {
    return loadChart(await fetchChart({ name, repository, version }, dependencyTransport(folder)));
  }
  if (isRemote)
    return loadChart(await fetchChart(readOciReference(name, version), dependencyTransport(folder)));
  if (given.flag("verify")) {
    const keyring = given.text("keyring");
    if (keyring === undefined)
      throw new UsageError("--keyring is required: the public keys that are trusted");
    await verifyFile(resolve(folder, name), resolve(folder, keyring));
  }
  return chartAt(folder, name);
}
