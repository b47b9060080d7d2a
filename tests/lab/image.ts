import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CatalystError } from "@catalyst/base/errors";
import { hasProgram } from "../../core/apps/embedded/commands/test/program.ts";
import { cacheFolder } from "./cache.ts";
import { folderDigest } from "./folder-digest.ts";

const run = promisify(execFile);

/** The folder of the recipes. */
const recipes = join(import.meta.dirname, "images");
const debootstrap = { kind: "debootstrap", suite: "bookworm" } as const;

/** A container image made here of Debian's packages, kept as an OCI archive. */
export interface ImageRecipe {
  readonly kind: "image";
  readonly recipe: typeof debootstrap | { readonly kind: "containerfile"; readonly folder: string };
}

/** The image all others begin with, made by debootstrap. */
export const baseImage: ImageRecipe = { kind: "image", recipe: debootstrap };

/** An image built with a Containerfile, on the base image. */
export function builtImage(name: string): ImageRecipe {
  return { kind: "image", recipe: { kind: "containerfile", folder: join(recipes, name) } };
}

/** The version of an image is that of its recipe: what is built from another one is another image. */
export function recipeVersion({ recipe }: ImageRecipe): string {
  if (recipe.kind === "debootstrap") return recipe.suite;
  return folderDigest(recipe.folder, debootstrap.suite);
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
 * Builds an image into `folder`, which appears whole or not at all; `base` is the base image's archive. Throws
 * `lab-build-failed` with the last lines of what failed.
 */
export async function buildImage(
  { recipe }: ImageRecipe,
  folder: string,
  base: string | undefined,
): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true });
  const scratch = mkdtempSync(join(cacheFolder(), ".build-"));
  const target = join(scratch, "target");
  mkdirSync(target);
  writeFileSync(join(scratch, "containers.conf"), containersConf);
  try {
    if (recipe.kind === "debootstrap") await importDebian(scratch, recipe.suite);
    else {
      if (base !== undefined) await podman(scratch, "load", "--input", base);
      // Without a network of its own, for which a machine that only builds needs nothing.
      await podman(scratch, "build", "--network", "host", "--tag", builtName, recipe.folder);
    }
    const name = recipe.kind === "debootstrap" ? baseName : builtName;
    await podman(scratch, "save", "--format", "oci-archive", "--output", join(target, archiveName), name);
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  } finally {
    await podman(scratch, "rmi", "--all", "--force").catch(() => undefined);
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function importDebian(scratch: string, suite: string): Promise<void> {
  const root = join(scratch, "root");
  await command("debootstrap", ["--variant=minbase", suite, root], scratch);
  // Installing a package starts no server.
  writeFileSync(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  for (const path of ["var/cache/apt/archives", "var/lib/apt/lists"])
    rmSync(join(root, path), { recursive: true, force: true });
  await command("tar", ["--create", "--file", join(scratch, "root.tar"), "--directory", root, "."], scratch);
  await podman(scratch, "import", join(scratch, "root.tar"), baseName);
}

/** Runs podman on a storage of its own. */
function podman(scratch: string, ...words: readonly string[]): Promise<void> {
  const places = ["--root", join(scratch, "storage"), "--runroot", join(scratch, "run")];
  return command("podman", [...places, ...words], scratch);
}

async function command(program: string, words: readonly string[], scratch: string): Promise<void> {
  const env = { ...process.env, CONTAINERS_CONF: join(scratch, "containers.conf") };
  try {
    await run("nice", ["-n", "10", program, ...words], {
      cwd: scratch,
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    const lines = `${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n");
    throw new CatalystError("lab-build-failed", `${program} ${words.join(" ")} failed:\n${lines}`, { cause });
  }
}

/** As root without systemd, and with limits that also hold inside another container. */
const containersConf = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
`;
