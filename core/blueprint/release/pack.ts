import { type Digest, digestOf } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { canonicalJson } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { readIgnoreRules } from "@catalyst/charts";
import type { BlueprintManifest } from "@catalyst/model/blueprint";
import type { Descriptor, Manifest, StoredManifest } from "@catalyst/ports/oci";
import { type FileTree, packTarGz } from "../archive/tar.ts";
import { type BlueprintFolder, chartFolder, filesBelow, missingCharts, textOf } from "../folder/folder.ts";
import {
  blueprintManifestType,
  chartConfigType,
  chartContentType,
  imageManifestType,
  mediaTypeOfFile,
  titleAnnotation,
} from "./media-types.ts";

/** A Blueprint as the artifact that is pushed: nothing in it depends on when or where it was packed. */
export interface PackedBlueprint {
  readonly name: string;
  readonly version: string;
  readonly manifest: BlueprintManifest;
  /** What is signed, verified and installed. */
  readonly digest: Digest;
  readonly artifact: StoredManifest;
  readonly blobs: readonly PackedBlob[];
  /** The chart archive, as in the first layer. */
  readonly chart: Uint8Array;
}

export interface PackedBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * Packs a Blueprint: the chart is the first layer, with Helm's media types, so Helm and Flux pull it as a
 * chart; then blueprint.yaml, README, card and compositions, each a layer named by its path. Throws
 * `blueprint-hollow` when a chart that it wraps isn't inside: nobody could install that.
 */
export function packBlueprint(folder: BlueprintFolder): PackedBlueprint {
  refuseHollow(folder);
  const { files, manifest, chart } = folder;
  const name = manifest.metadata.name;
  const version = manifest.spec.version;
  const archive = packTarGz(prefixed(chartFiles(files), chart.name));
  const config = blob(chartConfigType, new TextEncoder().encode(canonicalJson(chartYaml(files))));
  const layers = [
    blob(chartContentType, archive, `${chart.name}-${version}.tgz`),
    blob(blueprintManifestType, files.get("blueprint.yaml") ?? new Uint8Array(), "blueprint.yaml"),
    ...extraFiles(files).map(([path, bytes]) => blob(mediaTypeOfFile(path), bytes, path)),
  ];
  const document: Manifest = {
    schemaVersion: 2,
    mediaType: imageManifestType,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    annotations: annotationsOf(manifest),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const digest = digestOf(bytes);
  return {
    name,
    version,
    manifest,
    digest,
    artifact: { descriptor: { mediaType: imageManifestType, digest, size: bytes.length }, bytes },
    blobs: [config, ...layers],
    chart: archive,
  };
}

function refuseHollow(folder: BlueprintFolder): void {
  const missing = missingCharts(folder);
  if (missing.length === 0) return;
  const name = folder.manifest.metadata.name;
  throw new CatalystError(
    "blueprint-hollow",
    `${name} wraps the chart ${missing.join(", ")}, which isn't inside`,
    {
      place: { file: `${chartFolder}/Chart.yaml`, field: "dependencies" },
      hint: "Run catalyst chart dependency build on its chart.",
    },
  );
}

/** The chart's files without those its .helmignore names, as helm packs them. */
function chartFiles(files: FileTree): FileTree {
  const chart = filesBelow(files, chartFolder);
  const rules = readIgnoreRules(new TextDecoder().decode(chart.get(".helmignore") ?? new Uint8Array()));
  const isIgnored = (path: string): boolean => {
    const parts = path.split("/");
    return parts.some((_part, index) => {
      const isFolder = index < parts.length - 1;
      return rules.ignores(parts.slice(0, index + 1).join("/"), isFolder);
    });
  };
  return new Map([...chart].filter(([path]) => !isIgnored(path)));
}

/** What people see of a Blueprint beside its manifest: never its tests. */
function extraFiles(files: FileTree): [string, Uint8Array][] {
  return [...files]
    .filter(([path]) => path === "README.md" || path.startsWith("card/") || path.startsWith("compositions/"))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function blob(mediaType: string, bytes: Uint8Array, title?: string): PackedBlob {
  const annotations = title === undefined ? {} : { annotations: { [titleAnnotation]: title } };
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length, ...annotations }, bytes };
}

function prefixed(files: FileTree, folder: string): FileTree {
  return new Map([...files].map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}

/** Helm's config blob is Chart.yaml as JSON. */
function chartYaml(files: FileTree): unknown {
  return parseYaml(textOf(files, `${chartFolder}/Chart.yaml`)).value;
}

function annotationsOf(manifest: BlueprintManifest): Record<string, string> {
  const { card, version } = manifest.spec;
  return {
    "org.opencontainers.image.title": manifest.metadata.name,
    "org.opencontainers.image.version": version,
    ...(card.tagline === undefined ? {} : { "org.opencontainers.image.description": card.tagline }),
    ...(card.license === undefined ? {} : { "org.opencontainers.image.licenses": card.license }),
  };
}
