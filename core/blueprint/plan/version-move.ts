import { compareVersions, parseVersion } from "@catalyst/base/version";
import { satisfies } from "@catalyst/base/version-range";
import type { Problem } from "@catalyst/model/problem";
import { type Catalog, type CatalogRelease, isInstallable } from "../catalog/catalog.ts";
import { pinnedRelease, problemAt } from "./check.ts";
import type { ApplicationDocument } from "./tree.ts";

/**
 * Says why an Application can't move from the version it has to another: the newer one doesn't upgrade from it
 * (`upgrades.from`, `upgrades.blocks`), or data were migrated in between and can't be migrated back.
 */
export function versionMoveProblems(
  before: ApplicationDocument,
  after: ApplicationDocument,
  catalog: Catalog,
): Problem[] {
  const [old, next] = [before.spec.blueprint, after.spec.blueprint];
  const release = pinnedRelease(catalog, after.spec);
  if (old.name !== next.name || release === undefined) return [];
  const at = (code: string, message: string, hint?: string) =>
    problemAt(after)(["spec", "blueprint", "version"], code, message, hint);
  if (isBelow(old.version, next.version)) {
    if (upgradesFrom(release, old.version)) return [];
    const from = release.manifest.spec.upgrades?.from?.join(" or ") ?? "others";
    return [
      at(
        "upgrade-path",
        `${after.name} can't be upgraded from ${old.version} to ${next.version}: ${release.name} ${next.version} upgrades from ${from}`,
        wayOver(catalog, release, old.version),
      ),
    ];
  }
  const migration = irreversible(catalog, before, next.version);
  if (migration === undefined) return [];
  return [
    at(
      "migration-irreversible",
      `${after.name} can't go back from ${old.version} to ${next.version}: ${migration.description ?? "data were migrated"} in ${migration.to}, which can't be undone`,
      `Stay at ${old.version}, or install ${next.version} under another name.`,
    ),
  ];
}

function isBelow(a: string, b: string): boolean {
  return compareVersions(parseVersion(a), parseVersion(b)) < 0;
}

function upgradesFrom(release: CatalogRelease, version: string): boolean {
  const { from, blocks = [] } = release.manifest.spec.upgrades ?? {};
  if (blocks.some((range) => isIn(version, range))) return false;
  return from === undefined || from.some((range) => isIn(version, range));
}

/** A range that can't be read allows nothing and blocks nothing: what it meant isn't known. */
function isIn(version: string, range: string): boolean {
  try {
    return satisfies(version, range);
  } catch {
    return false;
  }
}

/** A release in between that the one leads to and that leads to the other: the newest there is. */
function wayOver(catalog: Catalog, target: CatalogRelease, version: string): string | undefined {
  const step = catalog
    .releases(target.name)
    .find(
      (candidate) =>
        isInstallable(candidate) &&
        isBelow(version, candidate.version) &&
        isBelow(candidate.version, target.version) &&
        upgradesFrom(candidate, version) &&
        upgradesFrom(target, candidate.version),
    );
  return step === undefined ? undefined : `Upgrade to ${step.version} first.`;
}

/** What the release that is there, or one on the way back, migrated for good. */
function irreversible(catalog: Catalog, before: ApplicationDocument, target: string) {
  return pinnedRelease(catalog, before.spec)?.manifest.spec.upgrades?.migrations?.find(
    ({ to, reversible }) => !reversible && isBelow(target, to) && !isBelow(before.spec.blueprint.version, to),
  );
}
