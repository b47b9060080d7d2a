import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is started in the image, in the checkout. */
export const entryPoint = "core/apps/embedded/container.ts";

/** What of a checkout the image holds; all paths are relative to the checkout. */
export interface ImageContents {
  /** Sources that the entry point can reach, and the data files of their workspaces. */
  readonly files: readonly string[];
  /** Folders of the installed packages that these need, theirs included. */
  readonly packages: readonly string[];
  /** The workspaces among them, by package name. */
  readonly workspaces: ReadonlyMap<string, string>;
}

/** Data that only tests read, and the sources, which are chosen one by one. */
const unread = /(^|\/)(golden|fixtures|testing|conformance|node_modules)\/|\.(ts|tsx)$|\.scenario\.txt$/;

/** Finds what the entry point needs by following its imports, those made late too. */
export function imageContents(checkout: string): ImageContents {
  const reached = reachedModules(checkout);
  const sources = reached.filter((path) => path.startsWith("core/"));
  const all = workspacesOf(checkout);
  const workspaces = new Map(
    [...all].filter(([, folder]) => sources.some((path) => path.startsWith(`${folder}/`))),
  );
  const data = [...workspaces.values()].flatMap((folder) =>
    globSync(`${folder}/**/*`, { cwd: checkout, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(checkout.length + 1))
      .filter((path) => !unread.test(path)),
  );
  const named = reached.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return {
    files: [...new Set([...sources, ...data, "package.json", "LICENSE"])].sort(),
    packages: withDependencies(checkout, [...new Set(named)]),
    workspaces,
  };
}

/** Gives the paths of every file that the entry point imports, and of those of packages the first one. */
function reachedModules(checkout: string): readonly string[] {
  const program = join(checkout, "node_modules/.bin/depcruise");
  const words = [program, "--config", ".dependency-cruiser.cjs", "--output-type", "json", entryPoint];
  // By this Node: the one on the PATH may be too old for it.
  const text = execFileSync(process.execPath, words, {
    cwd: checkout,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  const { modules } = JSON.parse(text) as { readonly modules: readonly { readonly source: string }[] };
  return modules.map(({ source }) => source);
}

function workspacesOf(checkout: string): ReadonlyMap<string, string> {
  const { workspaces } = readJson(join(checkout, "package.json")) as {
    readonly workspaces: readonly string[];
  };
  const folders = workspaces.flatMap((pattern) => globSync(pattern, { cwd: checkout }));
  return new Map(
    folders
      .filter((folder) => existsSync(join(checkout, folder, "package.json")))
      .map((folder) => [(readJson(join(checkout, folder, "package.json")) as { name: string }).name, folder]),
  );
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Adds what packages depend on, as npm's lock says it; found where Node looks for it. */
function withDependencies(checkout: string, folders: readonly string[]): readonly string[] {
  const { packages } = readJson(join(checkout, "package-lock.json")) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    for (const name of Object.keys(packages[folder]?.dependencies ?? {})) {
      const place = nearest(packages, folder, name);
      if (place === undefined) throw new Error(`${folder} needs ${name}, which package-lock.json hasn't`);
      add(place);
    }
  };
  for (const folder of folders) add(folder);
  return [...found].sort();
}

function nearest(
  packages: Readonly<Record<string, LockedPackage>>,
  folder: string,
  name: string,
): string | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === "") return undefined;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
