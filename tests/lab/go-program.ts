import { execFile } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CatalystError } from "@catalyst/base/errors";
import { type Build, ProgramFailed, withBuildFolder } from "./build-folder.ts";
import { cacheFolder } from "./cache.ts";

const run = promisify(execFile);

/** Programs built from a Go module. */
export interface GoProgram {
  readonly kind: "go";
  readonly module: string;
  /** Where the module is, when it isn't a published one. */
  readonly folder?: string;
  /** As the module's path is published, with its `v`. */
  readonly moduleVersion: string;
  /** Program name to the package's path below the module (`.` for its root). */
  readonly programs: Readonly<Record<string, string>>;
  /** What the packages hold: programs, or the tests that are built into programs. Programs if absent. */
  readonly packages?: "programs" | "tests";
  /** Variables set by the linker: `import/path.Variable` to value. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly cgo?: boolean;
  /**
   * The published version of what go.mod replaces by a folder of its repository: such folders aren't in a
   * published module.
   */
  readonly siblingVersion?: string;
  /** Files and folders of this or another module kept beside the programs: target name to where they are. */
  readonly data?: Readonly<Record<string, ModulePath>>;
}

export interface ModulePath {
  readonly module: string;
  readonly moduleVersion: string;
  readonly path: string;
}

/** Tells whether a Go toolchain is on the PATH. */
export async function hasGo(): Promise<boolean> {
  return run("go", ["version"]).then(
    () => true,
    () => false,
  );
}

/**
 * Builds every program of `source` into `folder`, which appears whole or not at all; one at a time on a machine. Throws
 * `lab-build-failed` with the compiler's last lines.
 */
export function buildGoProgram(source: GoProgram, folder: string): Promise<void> {
  return withBuildFolder("go", async (build) => {
    const tree = join(build.folder, "source");
    const target = join(build.folder, "programs");
    mkdirSync(target);
    await copyModule(source.folder ?? (await moduleFolder(source.module, source.moduleVersion)), tree);
    if (source.siblingVersion !== undefined) await replaceSiblings(tree, source.siblingVersion);
    for (const [program, path] of Object.entries(source.programs)) {
      await go(build, tree, source, [
        ...(source.packages === "tests" ? ["test", "-c", "-vet=off"] : ["build"]),
        ...buildFlags(source),
        "-o",
        join(target, program),
        packagePath(path),
      ]);
    }
    for (const [name, from] of Object.entries(source.data ?? {})) {
      const origin = await moduleFolder(from.module, from.moduleVersion);
      cpSync(join(origin, from.path), join(target, name), { recursive: true });
    }
    await run("chmod", ["-R", "u+w", target]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  });
}

function packagePath(path: string): string {
  return path === "." ? "." : `./${path}`;
}

function buildFlags(source: GoProgram): string[] {
  const variables = Object.entries(source.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    "-trimpath",
    "-mod=mod",
    `-tags=${(source.tags ?? []).join(",")}`,
    `-ldflags=${["-s", "-w", ...variables].join(" ")}`,
  ];
}

/** Copies a module's files to where they can be written; a checkout's go.work and vendor folder don't count. */
async function copyModule(folder: string, tree: string): Promise<void> {
  cpSync(folder, tree, { recursive: true });
  await run("chmod", ["-R", "u+w", tree]);
  for (const name of ["vendor", "go.work", "go.work.sum"]) {
    rmSync(join(tree, name), { recursive: true, force: true });
  }
}

async function moduleFolder(module: string, version: string): Promise<string> {
  const { stdout } = await run("go", ["mod", "download", "-json", `${module}@${version}`], {
    cwd: cacheFolder(),
    env: goEnvironment(false),
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

async function replaceSiblings(tree: string, version: string): Promise<void> {
  const { stdout } = await run("go", ["mod", "edit", "-json"], { cwd: tree, env: goEnvironment(false) });
  const replaces = (JSON.parse(stdout) as { Replace?: { Old: { Path: string }; New: { Path: string } }[] })
    .Replace;
  for (const { Old, New } of replaces ?? []) {
    if (!New.Path.startsWith(".")) continue;
    await run("go", ["mod", "edit", `-replace=${Old.Path}=${Old.Path}@${version}`], {
      cwd: tree,
      env: goEnvironment(false),
    });
  }
}

function goEnvironment(cgo: boolean): NodeJS.ProcessEnv {
  return { ...process.env, GOWORK: "off", GOFLAGS: "-buildvcs=false", CGO_ENABLED: cgo ? "1" : "0" };
}

/** Runs go with its own files beside the tree: once they are removed, a go that nobody could end finds nothing to do. */
async function go(build: Build, tree: string, source: GoProgram, args: readonly string[]): Promise<void> {
  const temporary = join(build.folder, "go");
  mkdirSync(temporary, { recursive: true });
  const env = { ...goEnvironment(source.cgo ?? false), GOTMPDIR: temporary };
  try {
    await build.run("go", args, { cwd: tree, env });
  } catch (cause) {
    const output = cause instanceof ProgramFailed ? `${cause.output}${cause.message}` : String(cause);
    throw new CatalystError(
      "lab-build-failed",
      `${source.module}@${source.moduleVersion} doesn't build:\n${output.trim().split("\n").slice(-15).join("\n")}`,
      { cause },
    );
  }
}
