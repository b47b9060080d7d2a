import { isStable } from "@catalyst/base/version";
import { satisfies } from "@catalyst/base/version-range";
import { isPlaceable } from "@catalyst/model/blueprint";
import { type Catalog, type CatalogRelease, isInstallable, unplaceable } from "../catalog/catalog.ts";

/** Someone's wish for the version of one Application. */
export interface Constraint {
  /** Absent: the newest stable release. */
  readonly range?: string | undefined;
  /** Who asks, as the beginning of a sentence: `"blog" asks for`, `bp-wordpress 1.2.0 needs`. */
  readonly asker: string;
}

/** Releases that may be chosen and meet the constraint, newest first. */
export function candidates(catalog: Catalog, blueprint: string, constraint: Constraint): CatalogRelease[] {
  return catalog
    .releases(blueprint)
    .filter((release) => isInstallable(release) && meets(release.version, constraint));
}

/** Tells whether a version meets a constraint. */
export function meets(version: string, { range }: Pick<Constraint, "range">): boolean {
  return range === undefined ? isStable(version) : satisfies(version, range);
}

/** Says in sentences why no release of a Blueprint meets the constraint. */
export function whyNone(
  catalog: Catalog,
  blueprint: string,
  { asker, range }: Constraint,
): { readonly code: "blueprint-unknown" | "version-unsatisfiable"; readonly sentences: readonly string[] } {
  const wish = `${asker} ${blueprint}${range === undefined ? "" : ` ${range}`}.`;
  const releases = catalog.releases(blueprint);
  if (releases.length === 0) {
    return { code: "blueprint-unknown", sentences: [wish, `There is no Blueprint ${blueprint}.`] };
  }
  const fitting = releases.filter((release) => meets(release.version, { range }));
  const barred = fitting.map(whyBarred);
  const offered = releases.filter(isInstallable).map((release) => release.version);
  const published =
    offered.length === 0
      ? `No release of ${blueprint} can be installed.`
      : `To be had ${offered.length === 1 ? "is" : "are"} ${listed(offered)}.`;
  return { code: "version-unsatisfiable", sentences: [wish, ...barred, published] };
}

function whyBarred(release: CatalogRelease): string {
  const { name, version, verified, yanked, reason, manifest } = release;
  if (yanked) return `${name} ${version} was withdrawn.`;
  if (verified && !isPlaceable(manifest.spec)) return `${unplaceable(release)}.`;
  return `${name} ${version} isn't verified: ${reason ?? "no reason is known"}.`;
}

const shown = 10;

function listed(versions: readonly string[]): string {
  const first = versions.slice(0, shown);
  const more = versions.length - first.length;
  if (more > 0) return `${first.join(", ")} and ${more} older`;
  return first.length < 2 ? first.join("") : `${first.slice(0, -1).join(", ")} and ${first.at(-1)}`;
}
