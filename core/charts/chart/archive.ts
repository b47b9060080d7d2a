import { gunzipSync } from "node:zlib";
import { Parser } from "tar";
import { cleanPath } from "../functions/paths.ts";
import type { ChartFile } from "./chart.ts";
import { chartInvalid } from "./errors.ts";
import { chartSizeLimit } from "./limits.ts";

const gzipHeaderSize = 10;

/** What is left of the size a chart may have unpacked; shared by all archives inside it. */
export interface SizeBudget {
  left: number;
}

export function newSizeBudget(limit = chartSizeLimit): SizeBudget {
  return { left: limit };
}

/**
 * Reads a chart's archive into memory. Links are refused, and so is every path that would leave the chart
 * (security cases 2 to 5); no more is unpacked than the budget allows (case 7). Throws `chart-invalid`.
 */
export function readArchive(archive: Uint8Array, budget: SizeBudget): ChartFile[] {
  const files: ChartFile[] = [];
  let failure: Error | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => void chunks.push(chunk));
      entry.on("end", () => {
        try {
          if (entry.type === "Directory" || failure !== undefined) return;
          refuseOtherTypes(entry.type, entry.path);
          files.push({ name: insidePath(entry.path), data: withoutMark(Buffer.concat(chunks)) });
        } catch (error) {
          failure ??= error as Error;
        }
      });
    },
  });
  parser.on("error", (error: Error) => {
    failure ??= chartInvalid(`the archive is damaged: ${error.message}`, { cause: error });
  });
  parser.end(unzip(archive, budget));
  if (failure !== undefined) throw failure;
  if (files.length === 0) throw chartInvalid("no files in chart archive");
  return files;
}

function unzip(archive: Uint8Array, budget: SizeBudget): Buffer {
  if (archive.length < gzipHeaderSize) throw chartInvalid(archive.length === 0 ? "EOF" : "unexpected EOF");
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) throw chartInvalid("gzip: invalid header");
  try {
    const bytes = gunzipSync(archive, { maxOutputLength: Math.max(budget.left, 1) });
    budget.left -= bytes.length;
    return bytes;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw chartInvalid(`decompressed chart is larger than the maximum size ${chartSizeLimit}`, { cause });
    }
    throw chartInvalid("the archive is damaged", { cause });
  }
}

function refuseOtherTypes(type: string, path: string): void {
  if (type === "File" || type === "OldFile" || type === "ContiguousFile") return;
  throw chartInvalid(`chart contains ${JSON.stringify(path)}, which is not a regular file (${type})`);
}

/** The path below the archive's first folder. Throws when it leaves that folder. */
function insidePath(path: string): string {
  const delimiter = path.includes("\\") ? "\\" : "/";
  const parts = path.split(delimiter);
  const name = parts.slice(1).join("/");
  if (name.startsWith("/")) throw chartInvalid("chart illegally contains absolute paths");
  const clean = cleanPath(name);
  if (clean === ".") {
    throw chartInvalid(
      `chart illegally contains content outside the base directory: ${JSON.stringify(path)}`,
    );
  }
  if (clean.startsWith("..")) throw chartInvalid("chart illegally references parent directory");
  if (/^[a-zA-Z]:\//.test(clean)) throw chartInvalid("chart contains illegally named files");
  if (parts[0] === "Chart.yaml") throw chartInvalid("chart yaml not in base directory");
  return clean;
}

/** Cuts off UTF-8's byte order mark. */
export function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}
