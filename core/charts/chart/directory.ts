import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { withoutMark } from "./archive.ts";
import type { ChartFile } from "./chart.ts";
import { chartInvalid } from "./errors.ts";
import { type IgnoreRules, readIgnoreRules } from "./ignore.ts";
import { chartSizeLimit } from "./limits.ts";

/**
 * Reads a chart's folder, leaving out what .helmignore names. A link is followed only where it leads inside
 * the folder; one that leaves it is an error and nothing outside is read (security cases 2 and 4). Throws
 * `chart-invalid`.
 */
export async function readDirectory(folder: string): Promise<ChartFile[]> {
  const root = await realpath(folder);
  const rules = readIgnoreRules(await readFile(join(root, ".helmignore"), "utf8").catch(() => ""));
  const files: ChartFile[] = [];
  await new Walk(root, rules, files).folder(root, "", new Set([root]));
  return files;
}

class Walk {
  readonly #root: string;
  readonly #rules: IgnoreRules;
  readonly #files: ChartFile[];
  #left = chartSizeLimit;

  constructor(root: string, rules: IgnoreRules, files: ChartFile[]) {
    this.#root = root;
    this.#rules = rules;
    this.#files = files;
  }

  /** `open` holds the real folders above, so that a link to one of them is noticed. */
  async folder(path: string, prefix: string, open: ReadonlySet<string>): Promise<void> {
    for (const entry of (await readdir(path)).sort()) {
      await this.#entry(join(path, entry), prefix + entry, open);
    }
  }

  async #entry(path: string, name: string, open: ReadonlySet<string>): Promise<void> {
    const real = await realpath(path).catch((cause: unknown) => {
      throw chartInvalid(`the link ${name} leads nowhere`, { cause });
    });
    const found = await lstat(real);
    if (this.#rules.ignores(name, found.isDirectory())) return;
    if (real !== this.#root && !real.startsWith(this.#root + sep))
      throw chartInvalid(`the link ${name} leaves the chart`);
    if (found.isDirectory()) {
      if (open.has(real)) throw chartInvalid(`the link ${name} leads back to a folder above it`);
      return this.folder(real, `${name}/`, new Set([...open, real]));
    }
    if (!found.isFile()) {
      throw chartInvalid(`cannot load irregular file ${name} as it has file mode type bits set`);
    }
    this.#left -= found.size;
    if (this.#left < 0) throw chartInvalid(`chart exceeds maximum size ${chartSizeLimit}`);
    this.#files.push({ name, data: withoutMark(await readFile(real)) });
  }
}
