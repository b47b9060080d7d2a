import { createHash } from "node:crypto";
import type { BlueprintFolder } from "../folder/folder.ts";
import { type ChartImage, chartImages } from "./images.ts";
import type { PackedBlueprint } from "./pack.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The bill of materials of a packed Blueprint (CycloneDX 1.6): its chart, the charts inside, the images it
 * names, and the Blueprints it depends on. The same Blueprint gives the same document.
 */
export function billOfMaterials(folder: BlueprintFolder, packed: PackedBlueprint): Fields {
  const { manifest, chart } = folder;
  const self = `pkg:oci/${packed.name}@${packed.digest.replace(":", "%3A")}?tag=${packed.version}`;
  const chartReference = `pkg:helm/${chart.name}@${chart.version}`;
  const charts = (chart.dependencies ?? []).map((dependency) => ({
    type: "library",
    "bom-ref": `pkg:helm/${dependency.name}@${dependency.version ?? ""}`,
    name: dependency.name,
    ...(dependency.version === undefined ? {} : { version: dependency.version }),
    purl: `pkg:helm/${dependency.name}@${dependency.version ?? ""}`,
  }));
  const images = chartImages(folder).map(imageComponent);
  const components = [
    {
      type: "application",
      "bom-ref": chartReference,
      name: chart.name,
      version: chart.version,
      purl: chartReference,
      hashes: [{ alg: "SHA-256", content: createHash("sha256").update(packed.chart).digest("hex") }],
      ...(manifest.spec.card.license === undefined
        ? {}
        : { licenses: [{ expression: manifest.spec.card.license }] }),
    },
    ...charts,
    ...images,
  ];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: serialNumber(packed.digest),
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": self,
        name: packed.name,
        version: packed.version,
        purl: self,
      },
      properties: (manifest.spec.depends ?? []).map((dependency) => ({
        name: "openova:blueprint:depends",
        value: `${dependency.blueprint} ${dependency.version}`,
      })),
    },
    components: unique(components),
    dependencies: [
      { ref: self, dependsOn: [chartReference] },
      { ref: chartReference, dependsOn: unique([...charts, ...images]).map((item) => item["bom-ref"]) },
    ],
  };
}

/** A package URL of type oci has the digest as its version; a tag alone is a qualifier. */
function imageComponent(image: ChartImage) {
  const name = image.repository.split("/").at(-1) ?? image.repository;
  const digest = image.digest === undefined ? "" : `@${encodeURIComponent(image.digest)}`;
  const tag = image.tag === undefined ? "" : `&tag=${encodeURIComponent(image.tag)}`;
  const purl = `pkg:oci/${name}${digest}?repository_url=${encodeURIComponent(image.repository)}${tag}`;
  const version = image.digest ?? image.tag ?? "";
  return { type: "container", "bom-ref": purl, name: image.repository, version, purl };
}

function unique<T extends { readonly "bom-ref": string }>(components: readonly T[]): T[] {
  return [...new Map(components.map((component) => [component["bom-ref"], component])).values()];
}

/** A UUID (version 8) made from the artifact's digest. */
function serialNumber(digest: string): string {
  const hex = digest.slice("sha256:".length);
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `urn:uuid:${a}-${b}-8${c}-a${d}-${e}`;
}
