import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseBlueprint, readFolder } from "../folder/index.ts";
import { chartImages } from "./images.ts";
import { packBlueprint } from "./pack.ts";
import { billOfMaterials } from "./sbom.ts";

const wordpress = parseBlueprint(await readFolder(join(import.meta.dirname, "../../../platform/wordpress")));

describe("billOfMaterials", () => {
  const packed = packBlueprint(wordpress);
  const bom = billOfMaterials(wordpress, packed) as {
    readonly serialNumber: string;
    readonly components: readonly {
      readonly name: string;
      readonly version: string;
      readonly purl: string;
    }[];
    readonly metadata: { readonly properties: readonly unknown[] };
  };

  it("names the chart, its images and the Blueprints it depends on", () => {
    expect(bom.components.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "bp-wordpress 1.0.0",
      "registry.catalyst.local/library/wordpress 6.8-php8.3-apache",
    ]);
    expect(bom.components[1]?.purl).toBe(
      "pkg:oci/wordpress?repository_url=registry.catalyst.local%2Flibrary%2Fwordpress&tag=6.8-php8.3-apache",
    );
    expect(bom.metadata.properties).toEqual([{ name: "openova:blueprint:depends", value: "bp-mariadb ^1" }]);
  });

  it("is the same each time", () => {
    expect(billOfMaterials(wordpress, packBlueprint(wordpress))).toEqual(bom);
    expect(bom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe("chartImages", () => {
  it("finds images at any depth, with registry, tag and digest", () => {
    const values = `
image: { repository: a/b, tag: 1.2 }
sidecar:
  image: { registry: r.example, repository: c, tag: "", digest: "sha256:abc" }
other: { repository: "" }
`;
    const files = new Map([...wordpress.files, ["chart/values.yaml", Buffer.from(values)] as const]);
    expect(chartImages({ ...wordpress, files })).toEqual([
      { path: "image", repository: "a/b", tag: "1.2" },
      { path: "sidecar.image", repository: "r.example/c", tag: undefined, digest: "sha256:abc" },
    ]);
  });
});
