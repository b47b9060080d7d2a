import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { componentFolder, programFolder, withCacheLock } from "./cache.ts";
import type { Component } from "./component.ts";
import { debianImage } from "./components/images.ts";
import { buildGoProgram, hasGo } from "./go-program.ts";
import { archiveName, buildImage, type ImageRecipe, imageObstacle } from "./image.ts";

/** Tells whether a component's programs and data are there, without building them. */
export function isBuilt(component: Component): boolean {
  const data = component.source.kind === "go" ? Object.keys(component.source.data ?? {}) : [];
  const folder = componentFolder(component.name, component.version);
  const archives = component.source.kind === "image" ? [imageArchive(component)] : [];
  const paths = [
    ...Object.values(programs(component)),
    ...data.map((name) => join(folder, name)),
    ...archives,
  ];
  return paths.every((path) => existsSync(path));
}

/** Gives the absolute path of each program of a component, by name. */
export function programs(component: Component): Record<string, string> {
  if (component.source.kind === "image") return {};
  if (component.source.kind === "debian") return { ...component.source.programs };
  const folder = componentFolder(component.name, component.version);
  return Object.fromEntries(Object.keys(component.source.programs).map((name) => [name, join(folder, name)]));
}

/** Gives the absolute path of a built image's archive. */
export function imageArchive({ name, version }: Component): string {
  return join(componentFolder(name, version), archiveName);
}

/**
 * Makes sure a component's programs are in the cache and linked as the current ones. One build runs at a
 * time on a machine, beside one of an image. Throws `lab-missing` where Go or a Debian package is needed and absent.
 */
export async function build(component: Component): Promise<void> {
  const { source } = component;
  if (source.kind === "debian") {
    if (isBuilt(component)) return;
    throw new CatalystError("lab-missing", `${component.name} comes from Debian's packages`, {
      hint: `Install ${source.packages.join(" ")}.`,
    });
  }
  if (source.kind === "image") return buildImageOf(component, source);
  if (!isBuilt(component)) {
    if (!(await hasGo())) {
      throw new CatalystError("lab-missing", `${component.name} ${component.version} is built with Go`, {
        hint: "Install Go 1.26 or newer.",
      });
    }
    await withCacheLock("lock", async () => {
      if (!isBuilt(component))
        await buildGoProgram(source, componentFolder(component.name, component.version));
    });
  }
  for (const [name, path] of Object.entries(programs(component))) link(name, path);
}

async function buildImageOf(component: Component, source: ImageRecipe): Promise<void> {
  if (isBuilt(component)) return;
  const obstacle = imageObstacle();
  if (obstacle !== undefined) {
    throw new CatalystError("lab-missing", `${component.name} is built with podman from Debian's packages`, {
      hint: obstacle,
    });
  }
  const isBase = source.recipe.kind === "debootstrap";
  if (!isBase) await build(debianImage);
  const contained = source.contains ?? [];
  for (const each of contained) await build(each);
  const own = Object.assign({}, ...contained.map(programs)) as Record<string, string>;
  await withCacheLock("image-lock", async () => {
    const base = isBase ? undefined : imageArchive(debianImage);
    if (!isBuilt(component))
      await buildImage(source, componentFolder(component.name, component.version), base, own);
  });
}

function link(name: string, target: string): void {
  mkdirSync(programFolder(), { recursive: true });
  const temporary = join(programFolder(), `.${name}-${process.pid}`);
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, join(programFolder(), name));
}
