import type { BlueprintFile, BlueprintReader } from "@catalyst/api";
import { newestFirst } from "@catalyst/base/version";
import {
  isInstallable,
  type RegistryCatalog,
  type RegistryRelease,
  unplaceable,
} from "@catalyst/blueprint/catalog";
import { configIsValues } from "@catalyst/blueprint/expansion";
import { type ListedRelease, shownRelease } from "@catalyst/controllers/blueprint";
import { type BlueprintRelease, isPlaceable } from "@catalyst/model/blueprint";
import type { BlueprintView } from "@catalyst/model/view";

/** A catalog's release as Blueprint objects list it. */
export function listed(release: RegistryRelease): ListedRelease {
  const { sbom, provenance, ...rest } = release;
  return { ...rest, sbom: sbom?.digest, provenance: provenance?.digest };
}

/** Reads the catalog for screens. */
export function blueprintReader(catalog: RegistryCatalog): BlueprintReader {
  const shown = (name: string): RegistryRelease | undefined => {
    const releases = catalog.releases(name);
    const digest = shownRelease(releases.map(listed))?.digest;
    return releases.find((release) => release.digest === digest);
  };
  const view = (release: RegistryRelease): BlueprintView => viewOf(release, catalog.releases(release.name));
  return {
    views: () =>
      catalog
        .names()
        .flatMap((name) => shown(name) ?? [])
        .map(view),
    async view(name, version) {
      const release =
        version === undefined
          ? shown(name)
          : catalog.releases(name).find((candidate) => candidate.version === version);
      if (release === undefined) return undefined;
      const text = async (path: string) => {
        const bytes = release.verified ? await catalog.file(release, path) : undefined;
        return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
      };
      const [description, readme] = [await text("card/description.md"), await text("README.md")];
      return {
        ...view(release),
        ...(description === undefined ? {} : { description }),
        ...(readme === undefined ? {} : { readme }),
      };
    },
    async icon(name): Promise<BlueprintFile | undefined> {
      const release = shown(name);
      if (release === undefined || !release.verified) return undefined;
      const bytes = await catalog.file(release, `card/${release.manifest.spec.card.icon ?? "icon.svg"}`);
      return bytes === undefined ? undefined : { contentType: "image/svg+xml", bytes };
    },
  };
}

function viewOf(release: RegistryRelease, all: readonly RegistryRelease[]): BlueprintView {
  const { spec } = release.manifest;
  const installable = all.some(isInstallable);
  const reason = installable ? undefined : whyNot(release);
  return {
    name: release.name,
    card: { ...spec.card },
    visibility: spec.visibility ?? "listed",
    version: release.version,
    installable,
    ...(reason === undefined ? {} : { reason }),
    releases: all.toSorted((a, b) => newestFirst(a.version, b.version)).map(releaseOf),
    configSchema: { ...spec.configSchema },
    configIsValues: release.verified && configIsValues(spec),
    sizes: Object.keys(spec.sizes ?? {}),
    ...(spec.defaultSize === undefined ? {} : { defaultSize: spec.defaultSize }),
    depends: [...(spec.depends ?? [])],
    placementModes: [...(spec.placement?.modes ?? ["single-region"])],
    ...(release.verified ? { icon: `/v1/blueprints/${release.name}/icon` } : {}),
  };
}

function whyNot(release: RegistryRelease): string {
  if (release.verified && !isPlaceable(release.manifest.spec)) return unplaceable(release);
  return release.reason ?? "no release can be installed";
}

function releaseOf(release: RegistryRelease): BlueprintRelease {
  const { version, digest, verified, reason, signer, sbom, provenance, publishedAt, yanked } =
    listed(release);
  const optional = Object.fromEntries(
    Object.entries({ reason, signer, sbom, provenance, publishedAt }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return { version, digest, verified, yanked, ...optional };
}
