import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CatalystError } from "@catalyst/base/errors";
import { hasProgram } from "../../core/apps/embedded/commands/test/program.ts";
import { type Build, ProgramFailed, removeFolder, withBuildFolder } from "./build-folder.ts";
import { folderDigest } from "./folder-digest.ts";
import type { GoProgram } from "./go-program.ts";

const run = promisify(execFile);

/** The folder of the recipes. */
const recipes = join(import.meta.dirname, "images");
const debootstrap = { kind: "debootstrap", suite: "bookworm" } as const;

/** Container images made here of Debian's packages, kept in one archive: OCI's of one image, Docker's of several. */
export interface ImageRecipe {
  readonly kind: "image";
  readonly recipe: typeof debootstrap | ContainerfileRecipe;
  /** Components whose programs lie beside the Containerfile when it is built. */
  readonly contains?: readonly ContainedProgram[];
}

interface ContainerfileRecipe {
  readonly kind: "containerfile";
  readonly folder: string;
  /** The stages that are images of their own, and the names of each; if absent it is the last stage, without a name. */
  readonly stages?: Readonly<Record<string, readonly string[]>>;
}

/** A component of programs that are built. */
interface ContainedProgram {
  readonly name: string;
  readonly version: string;
  readonly source: GoProgram;
}

/** The image all others begin with, made by debootstrap. */
export const baseImage: ImageRecipe = { kind: "image", recipe: debootstrap };

/** An image built with a Containerfile, on the base image. */
export function builtImage(name: string): ImageRecipe {
  return { kind: "image", recipe: { kind: "containerfile", folder: join(recipes, name) } };
}

/** Images built of one Containerfile's stages, by names of their own. */
export function builtImages(
  name: string,
  stages: Readonly<Record<string, readonly string[]>>,
  contains: readonly ContainedProgram[],
): ImageRecipe {
  return {
    kind: "image",
    recipe: { kind: "containerfile", folder: join(recipes, name), stages },
    contains,
  };
}

/** The version of an image is that of its recipe: what is built from another one is another image. */
export function recipeVersion({ recipe, contains }: ImageRecipe): string {
  if (recipe.kind === "debootstrap") return recipe.suite;
  if (recipe.stages === undefined) return folderDigest(recipe.folder, debootstrap.suite);
  const contained = contains?.map(({ name, version }) => `${name} ${version}`);
  return folderDigest(recipe.folder, JSON.stringify([debootstrap.suite, recipe.stages, contained]));
}

/** What an image is called in podman while it is built; also the name Containerfiles begin with. */
const baseName = "localhost/catalyst-lab/debian";
const builtName = "localhost/catalyst-lab/built";

/** The file of an image below its component's folder. */
export const archiveName = "image.tar";

const programs = ["debootstrap", "podman", "runc"];

/** Says why images can't be built here; undefined when they can. */
export function imageObstacle(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "Run it on Linux as root.";
  const missing = programs.filter((program) => !hasProgram(program));
  return missing.length === 0 ? undefined : `Install ${missing.join(" ")}.`;
}

/**
 * Builds an image into `folder`, which appears whole or not at all; `base` is the base image's archive, `programs` are
 * the paths of those it contains. Throws `lab-build-failed` with the last lines of what failed.
 */
export function buildImage(
  { recipe }: ImageRecipe,
  folder: string,
  base: string | undefined,
  programs: Readonly<Record<string, string>>,
): Promise<void> {
  const work = async (build: Build) => {
    const target = join(build.folder, "target");
    mkdirSync(target);
    writeFileSync(confOf(build.folder), containersConf);
    const archive = join(target, archiveName);
    if (recipe.kind === "debootstrap") {
      await importDebian(build, recipe.suite);
      await podman(build, "save", "--format", "oci-archive", "--output", archive, baseName);
    } else {
      if (base !== undefined) await podman(build, "load", "--input", base);
      await buildStages(build, recipe, programs, archive);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  };
  return withBuildFolder("image", work, removeStorage);
}

/** Has podman take down what it mounted there; else the folder can't be removed. */
async function removeStorage(folder: string): Promise<void> {
  if (existsSync(join(folder, "storage"))) {
    for (const words of [
      ["rm", "--all", "--force"],
      ["umount", "--all", "--force"],
      ["rmi", "--all", "--force"],
    ])
      await run("podman", [...placesIn(folder), ...words], { env: environmentOf(folder) }).catch(
        () => undefined,
      );
  }
  await removeFolder(folder);
}

async function buildStages(
  build: Build,
  { folder, stages }: ContainerfileRecipe,
  programs: Readonly<Record<string, string>>,
  archive: string,
): Promise<void> {
  const context = join(build.folder, "context");
  cpSync(folder, context, { recursive: true });
  for (const [name, path] of Object.entries(programs)) copyFileSync(path, join(context, name));
  // Without a network of its own, for which a machine that only builds needs nothing.
  const make = (words: readonly string[], names: readonly string[]) =>
    podman(
      build,
      "build",
      "--network",
      "host",
      ...words,
      ...names.flatMap((name) => ["--tag", name]),
      context,
    );
  if (stages === undefined) {
    await make([], [builtName]);
    return podman(build, "save", "--format", "oci-archive", "--output", archive, builtName);
  }
  for (const [stage, names] of Object.entries(stages)) await make(["--layers", "--target", stage], names);
  const names = Object.values(stages).flat();
  await podman(build, "save", "--multi-image-archive", "--output", archive, ...names);
}

async function importDebian(build: Build, suite: string): Promise<void> {
  const root = join(build.folder, "root");
  const archive = join(build.folder, "root.tar");
  await command(build, "debootstrap", ["--variant=minbase", suite, root]);
  // Installing a package starts no server.
  writeFileSync(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  for (const path of ["var/cache/apt/archives", "var/lib/apt/lists"])
    rmSync(join(root, path), { recursive: true, force: true });
  await command(build, "tar", ["--create", "--file", archive, "--directory", root, "."]);
  await podman(build, "import", archive, baseName);
}

/** Runs podman on a storage of its own. */
function podman(build: Build, ...words: readonly string[]): Promise<void> {
  return command(build, "podman", [...placesIn(build.folder), ...words]);
}

function placesIn(folder: string): string[] {
  return ["--root", join(folder, "storage"), "--runroot", join(folder, "run")];
}

function confOf(folder: string): string {
  return join(folder, "containers.conf");
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, CONTAINERS_CONF: confOf(folder) };
}

async function command(build: Build, program: string, words: readonly string[]): Promise<void> {
  try {
    await build.run(program, words, { cwd: build.folder, env: environmentOf(build.folder) });
  } catch (cause) {
    const output = cause instanceof ProgramFailed ? cause.output : String(cause);
    const lines = output.trim().split("\n").slice(-15).join("\n");
    throw new CatalystError("lab-build-failed", `${program} ${words.join(" ")} failed:\n${lines}`, { cause });
  }
}

/** As root without systemd, and with limits that also hold inside another container. */
export const containersConf = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
`;
