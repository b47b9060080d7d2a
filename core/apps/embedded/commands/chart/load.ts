import { statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import {
  type Chart,
  type DownloadedChart,
  downloadFrom,
  fetchChart,
  loadChart,
  loadChartFolder,
  readOciReference,
} from "@catalyst/charts";
import type { Arguments, Option } from "../../cli/command.ts";
import { UsageError } from "../../cli/errors.ts";
import { accessOptions } from "./access.ts";
import { readGiven } from "./files.ts";
import { dependencyTransport, placesOf } from "./transport.ts";
import { verifyDownloaded, verifyFile } from "./verification.ts";

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
  ...accessOptions,
  "pass-credentials": {
    type: "boolean",
    help: "Give name and password to other hosts too that the repository leads to",
  },
};

/** Loads the chart a command names: a folder or a packed one. Throws `chart-not-found` and what loading throws. */
export async function chartAt(folder: string, path: string): Promise<Chart> {
  const target = resolve(folder, path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  return named(path, async () => (found.isDirectory() ? loadChartFolder(target) : packedChart(folder, path)));
}

async function packedChart(folder: string, path: string): Promise<Chart> {
  const bytes = readGiven(folder, path);
  if (isGzip(bytes)) return loadChart(bytes);
  throw new CatalystError("chart-invalid", `${path} isn't a packed chart`, {
    hint: "Name a chart's folder, or an archive that chart package made.",
  });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Says of an error in a chart which chart it is, since its files are named by their paths inside. */
async function named(path: string, load: () => Promise<Chart>): Promise<Chart> {
  try {
    return await load();
  } catch (error) {
    if (!isCatalystError(error, "chart-invalid") || error.message.startsWith(path)) throw error;
    const { message, hint, place, details } = error;
    const file = place?.file === undefined ? path : join(path, place.file);
    throw new CatalystError(error.code, message, { cause: error, hint, details, place: { ...place, file } });
  }
}

/** Throws `chart-not-found` or `chart-invalid` where a command works in a chart's folder and `path` names none. */
export function refuseOtherThanFolder(folder: string, path: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  if (found.isDirectory()) return;
  const problem =
    found.isFile() && isGzip(readGiven(folder, "")) ? "is packed already" : "isn't a chart's folder";
  throw new CatalystError("chart-invalid", `${path} ${problem}`, {
    hint: "Name a folder with a Chart.yaml.",
  });
}

/**
 * Loads the chart that the source options lead to: from here, a repository by address or by its name (`stable/web`), a
 * registry, or its own address. Throws what fetching, verifying and loading throw.
 */
export async function chartFrom(given: Arguments, folder: string, name: string): Promise<Chart> {
  const remote = remoteChart(given, folder, name);
  const keyring = given.flag("verify") ? keyringOf(given, folder) : undefined;
  if (remote !== undefined) {
    const downloaded = await remote;
    if (keyring !== undefined) await verifyDownloaded(downloaded, keyring);
    return loadChart(downloaded.bytes);
  }
  if (keyring !== undefined) await verifyFile(resolve(folder, name), keyring);
  return chartAt(folder, name);
}

function keyringOf(given: Arguments, folder: string): string {
  const keyring = given.text("keyring");
  if (keyring === undefined) throw new UsageError("--keyring is required: the public keys that are trusted");
  return resolve(folder, keyring);
}

/** Undefined for a chart that lies here, or should. */
function remoteChart(given: Arguments, folder: string, name: string): Promise<DownloadedChart> | undefined {
  const version = given.text("version") ?? (given.flag("devel") ? ">0.0.0-0" : "");
  const repository = given.text("repo");
  const isHere = statSync(resolve(folder, name), { throwIfNoEntry: false }) !== undefined;
  if (repository === undefined && (isHere || isAbsolute(name) || name.startsWith("."))) return undefined;
  const places = placesOf(given, folder);
  const transport = dependencyTransport(folder, places, () => places.access);
  if (repository !== undefined && !/^(https?|oci):\/\/[^/]/.test(repository)) {
    throw new CatalystError("chart-reference-invalid", `${repository} is no address of a repository`, {
      hint: "Write it like https://charts.example.com.",
    });
  }
  if (repository !== undefined) return fetchChart({ name, repository, version }, transport);
  if (name.startsWith("oci://")) return fetchChart(readOciReference(name, version), transport);
  if (/^https?:\/\//.test(name)) return downloadFrom(name, transport);
  const [alias = "", ...rest] = name.split("/");
  if (rest.length === 0) return undefined;
  const known = places.repositories.find((candidate) => candidate.name === alias);
  if (known === undefined) {
    throw new CatalystError("chart-not-found", `repo ${alias} not found`, {
      hint: `There is no chart at ${name} either; \`helm repo add\` makes a repository's name known.`,
    });
  }
  const named = dependencyTransport(folder, places, () => known.access(places.access));
  return fetchChart({ name: rest.join("/"), repository: known.url, version }, named);
}
