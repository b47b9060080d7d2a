import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { CatalystError } from "@catalyst/base/errors";

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

/**
 * Bundles in a process of its own: the bundler's memory, some hundred megabytes, goes back when it ends, and
 * its work doesn't hold up the caller. Vite goes by NODE_ENV, whatever else it is told.
 */
async function runBuild(folder: string): Promise<void> {
  const child = fork(new URL("./bundle.ts", import.meta.url), [folder], {
    env: { ...process.env, NODE_ENV: "production" },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // a build doesn't keep a process alive that has ended otherwise; without its parent the child ends too
  child.unref();
  child.channel?.unref();
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0)
    throw new CatalystError("console-build-failed", `the console can't be built: ${output.trim()}`);
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
