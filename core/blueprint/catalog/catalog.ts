import type { Digest } from "@catalyst/base/digest";
import { type BlueprintManifest, isPlaceable } from "@catalyst/model/blueprint";

/** One published version of a Blueprint, with the outcome of its verification. */
export interface CatalogRelease {
  readonly name: string;
  readonly version: string;
  /** What was verified, and the only thing that is ever installed. */
  readonly digest: Digest;
  readonly verified: boolean;
  /** Why it isn't verified. */
  readonly reason?: string | undefined;
  readonly yanked: boolean;
  readonly manifest: BlueprintManifest;
  /** Where in the registry it is: `blueprints/bp-static-site`. */
  readonly repository: string;
}

/** What can be installed, as of now. Reads are from memory; `chart` may fetch. */
export interface Catalog {
  names(): readonly string[];
  /** All releases of a Blueprint, newest first; empty when it is unknown. */
  releases(name: string): readonly CatalogRelease[];
  /** The chart archive of a release; checked against its digest. */
  chart(release: CatalogRelease): Promise<Uint8Array>;
}

/** Releases that may be installed: verified, not yanked, and made to be an Application. */
export function isInstallable(release: CatalogRelease): boolean {
  return release.verified && !release.yanked && isPlaceable(release.manifest.spec);
}

/** Says why a release that may be placed nowhere isn't installed, as a sentence without its end. */
export function unplaceable({ name, version }: Pick<CatalogRelease, "name" | "version">): string {
  return `${name} ${version} is part of a cluster's bootstrap kit and can't be an Application`;
}
