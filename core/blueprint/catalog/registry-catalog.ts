import { CatalystError } from "@catalyst/base/errors";
import { isVersion, newestFirst } from "@catalyst/base/version";
import { blueprintPattern } from "@catalyst/model/naming";
import type { KeyValue } from "@catalyst/ports/events";
import type { Registry } from "@catalyst/ports/oci";
import { bundleType } from "../signature/bundle.ts";
import type { TrustedKey } from "../signature/keys.ts";
import type { Catalog, CatalogRelease } from "./catalog.ts";
import { Manifests } from "./manifests.ts";
import { type RegistryRelease, readRelease } from "./release.ts";

export interface RegistryCatalogOptions {
  readonly registry: Registry;
  /** Repositories of Blueprints lie below it: `blueprints`. */
  readonly prefix: string;
  /** Keys whose signatures count. */
  readonly keys: readonly TrustedKey[];
  /** What blueprint.yaml said, by its digest, so that another start needn't read it; nothing is kept without. */
  readonly manifests?: KeyValue | undefined;
}

/** Newest releases kept of one Blueprint, so that nobody can fill the memory (security case 33). */
const releaseLimit = 500;

/** Largest file of a card that is read, in bytes. */
const fileLimit = 8 * 1024 * 1024;

/**
 * The catalog as a registry holds it. Reads are from memory; `refresh` brings it up to date and
 * verifies only what is new, unverified so far, or has got new statements.
 */
export class RegistryCatalog implements Catalog {
  readonly #options: RegistryCatalogOptions;
  readonly #manifests: Manifests;
  #releases: ReadonlyMap<string, readonly RegistryRelease[]> = new Map();
  /** The statements that stood beside each verified release when it was read, by repository and digest. */
  readonly #evidence = new Map<string, string>();

  constructor(options: RegistryCatalogOptions) {
    this.#options = options;
    this.#manifests = new Manifests(options.manifests);
  }

  names(): readonly string[] {
    return [...this.#releases.keys()];
  }

  releases(name: string): readonly RegistryRelease[] {
    return this.#releases.get(name) ?? [];
  }

  /** Throws `catalog-not-verified`, `oci-not-found`, `oci-digest-mismatch`, `oci-unavailable`. */
  async chart(release: CatalogRelease): Promise<Uint8Array> {
    const known = this.#known(release);
    if (known.chartLayer === undefined) throw notVerified(release);
    return this.#options.registry.blob(known.repository, known.chartLayer.digest);
  }

  /** A file people see of a release, such as `card/icon.svg` or `README.md`; undefined without one. */
  async file(release: CatalogRelease, path: string): Promise<Uint8Array | undefined> {
    const known = this.#known(release);
    const layer = known.files.get(path);
    if (layer === undefined || layer.size > fileLimit) return undefined;
    return this.#options.registry.blob(known.repository, layer.digest);
  }

  /**
   * Reads what is published now; gives the names of Blueprints of which something changed. A Blueprint that
   * can't be read stays as it was, and the error is thrown at the end.
   */
  async refresh(): Promise<readonly string[]> {
    const { registry, prefix } = this.#options;
    const next = new Map<string, readonly RegistryRelease[]>();
    const changed: string[] = [];
    let failure: unknown;
    for (const repository of await registry.repositories(`${prefix}/`)) {
      const name = repository.slice(prefix.length + 1);
      if (!new RegExp(blueprintPattern).test(name)) continue;
      const before = this.releases(name);
      try {
        const releases = await this.#readBlueprint(repository, name);
        if (releases.length > 0) next.set(name, releases);
        if (!sameReleases(before, releases)) changed.push(name);
      } catch (error) {
        failure ??= error;
        if (before.length > 0) next.set(name, before);
      }
    }
    for (const name of this.#releases.keys()) if (!next.has(name)) changed.push(name);
    this.#releases = new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1)));
    await this.#manifests.keep();
    if (failure !== undefined) throw failure;
    return changed;
  }

  async #readBlueprint(repository: string, name: string): Promise<RegistryRelease[]> {
    const { registry, keys } = this.#options;
    const tags = (await registry.tags(repository)).filter((tag) => isVersion(versionOf(tag)));
    const releases: RegistryRelease[] = [];
    for (const tag of tags.toSorted(newestFirst).slice(0, releaseLimit)) {
      const version = versionOf(tag);
      const descriptor = await registry.resolve(repository, tag);
      if (descriptor === undefined) continue;
      const { digest } = descriptor;
      const known = this.releases(name).find((one) => one.version === version && one.digest === digest);
      const statements = await registry.referrers(repository, digest, bundleType);
      const evidence = statements.map((statement) => statement.digest).join();
      const key = `${repository}@${digest}`;
      if (known?.verified && this.#evidence.get(key) === evidence) {
        releases.push(known);
        continue;
      }
      const place = { repository, name, version, digest };
      releases.push(await readRelease(registry, place, keys, this.#manifests));
      this.#evidence.set(key, evidence);
    }
    return releases.toSorted((a, b) => newestFirst(a.version, b.version));
  }

  #known(release: CatalogRelease): RegistryRelease {
    const known = this.releases(release.name).find((one) => one.digest === release.digest);
    if (known === undefined || !known.verified) throw notVerified(release);
    return known;
  }
}

/** A tag's version: `+` can't be in a tag, so Helm writes `_`. */
function versionOf(tag: string): string {
  return tag.replaceAll("_", "+");
}

function sameReleases(a: readonly RegistryRelease[], b: readonly RegistryRelease[]): boolean {
  return (
    a.length === b.length &&
    a.every((release, index) => {
      const other = b[index];
      return (
        release.version === other?.version &&
        release.digest === other.digest &&
        release.verified === other.verified &&
        release.yanked === other.yanked &&
        release.reason === other.reason
      );
    })
  );
}

function notVerified(release: CatalogRelease): CatalystError {
  return new CatalystError(
    "catalog-not-verified",
    `${release.name} ${release.version} isn't a verified release of this catalog`,
    { details: { reason: release.reason } },
  );
}
