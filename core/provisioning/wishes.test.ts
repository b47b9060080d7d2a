import { digestOf } from "@catalyst/base/digest";
import type { Catalog, CatalogRelease } from "@catalyst/blueprint/catalog";
import { applicationPath, readEnvironmentTree } from "@catalyst/blueprint/plan";
import { resolve } from "@catalyst/blueprint/resolver";
import type { ApplicationChange } from "@catalyst/model/plan";
import { describe, expect, it } from "vitest";
import { fulfilWishes } from "./wishes.ts";

const release: CatalogRelease = {
  name: "bp-site",
  version: "1.0.0",
  digest: digestOf("bp-site:1.0.0"),
  verified: true,
  yanked: false,
  manifest: {
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Blueprint",
    metadata: { name: "bp-site" },
    spec: { version: "1.0.0", card: { title: "Site" }, sizes: { small: {}, large: {} } },
  },
  repository: "blueprints/bp-site",
};

const catalog: Catalog = {
  names: () => [release.name],
  releases: (name) => (name === release.name ? [release] : []),
  chart: () => Promise.reject(new Error("not read here")),
};

/** The document of `site` after a wish, begun from what the repository had. */
async function written(wish: Omit<ApplicationChange, "name">, before?: string): Promise<string | undefined> {
  const files = new Map(before === undefined ? [] : [[applicationPath("site"), before]]);
  const { files: after, problems } = fulfilWishes([{ name: "site", ...wish }], {
    environment: "demo-dev",
    files,
    tree: await readEnvironmentTree(files),
    catalog,
    wants: () => true,
    resolve,
  });
  expect(problems).toEqual([]);
  return after.get(applicationPath("site"));
}

const blueprint = { name: "bp-site" };

describe("a wish that says nothing with many words", () => {
  it("is the same document as one that leaves it out", async () =>
    expect(await written({ blueprint, config: {}, bindings: {} })).toBe(await written({ blueprint })));

  it("adds nothing to a document that is there", async () => {
    const before = await written({ blueprint, config: { title: "One" } });
    expect(await written({ config: { title: "One" }, bindings: {} }, before)).toBe(before);
  });

  it("leaves an empty map as a person wrote it", async () => {
    const before = `${await written({ blueprint })}  config: {} # nothing to say\n`;
    expect(await written({ config: {} }, before)).toBe(before);
  });

  it("takes back what was chosen", async () => {
    const before = await written({ blueprint, config: { title: "One" } });
    expect(await written({ config: {} }, before)).toBe(await written({ blueprint }));
  });
});
