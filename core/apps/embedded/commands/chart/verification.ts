import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { fileProblem } from "@catalyst/base/file-problem";
import { type DownloadedChart, type Verification, verifyChart } from "@catalyst/charts";

/**
 * Checks a packed chart against the provenance file beside it. Throws `chart-not-found`, `chart-file-missing` and
 * what `verifyChart` throws.
 */
export async function verifyFile(path: string, keyring: string): Promise<Verification> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  if (found.isDirectory()) throw new CatalystError("chart-invalid", "unpacked charts cannot be verified");
  const provenance = readFile(`${path}.prov`, "could not load provenance file").toString("utf8");
  const archive = { name: basename(path), bytes: readFileSync(path) };
  return verifyBy(keyring, archive, provenance);
}

/** Checks a chart that was got against the provenance file beside it. Throws `chart-provenance-missing`, and as `verifyFile`. */
export async function verifyDownloaded(chart: DownloadedChart, keyring: string): Promise<Verification> {
  const provenance = await chart.provenance().catch((cause: unknown) => {
    const message = `failed to fetch provenance ${JSON.stringify(`${chart.url}.prov`)}`;
    throw new CatalystError("chart-provenance-missing", message, { cause });
  });
  return verifyBy(keyring, chart, provenance);
}

function verifyBy(
  keyring: string,
  archive: Pick<DownloadedChart, "name" | "bytes">,
  provenance: string,
): Promise<Verification> {
  const keys = readFile(keyring, "failed to load keyring");
  return naming(keyring, () => verifyChart(archive, provenance, keys));
}

/** Says of a keyring that is none which file it is. */
export async function naming<T>(keyring: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (!isCatalystError(cause, "chart-keyring-invalid")) throw cause;
    throw new CatalystError(cause.code, `${keyring} isn't a keyring`, { cause, hint: cause.hint });
  }
}

function readFile(path: string, failure: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CatalystError("chart-file-missing", `${failure} ${path}: ${fileProblem(cause)}`, { cause });
  }
}
