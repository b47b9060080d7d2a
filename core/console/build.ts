import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const root = import.meta.dirname;
const compress = promisify(brotliCompress);

/** What the build reads; a change of any of it makes another build. */
const sources = ["index.html", "public", "src", "vite.config.ts", "package.json"];

/** Where a built console is, and whether it had to be built now. */
export interface BuiltConsole {
  readonly folder: string;
  readonly built: boolean;
}

/**
 * Builds the console below `cache`, named by the content of its sources: an unchanged console is built once.
 * Text files lie beside their brotli forms.
 */
export async function buildConsole(cache: string): Promise<BuiltConsole> {
  const folder = join(cache, await contentHash());
  if (await exists(join(folder, "index.html"))) return { folder, built: false };
  const temporary = `${folder}.building`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await runBuild(temporary);
  await compressAll(temporary);
  for (const older of await readdir(cache))
    if (join(cache, older) !== temporary) await rm(join(cache, older), { recursive: true, force: true });
  await rename(temporary, folder);
  return { folder, built: true };
}

/** Vite goes by NODE_ENV, whatever else it is told: a Sovereign started by a test builds the same console. */
async function runBuild(folder: string): Promise<void> {
  const { build } = await import("vite");
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      root,
      configFile: join(root, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
}

async function contentHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of await filesOf(join(root, source)))
      hash
        .update(file.slice(root.length))
        .update("\0")
        .update(await readFile(file))
        .update("\0");
  }
  return hash.digest("hex").slice(0, 20);
}

async function filesOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function compressAll(folder: string): Promise<void> {
  for (const file of await filesOf(folder)) {
    if (!/\.(js|css|html|svg|json)$/.test(file)) continue;
    const packed = await compress(await readFile(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    await writeFile(`${file}.br`, packed);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
