import { digestOf } from "@catalyst/base/digest";
import { satisfies } from "@catalyst/base/version-range";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";
import { isInstallable } from "../catalog/catalog.ts";
import { resolve } from "./resolve.ts";

const names = ["bp-a", "bp-b", "bp-c", "bp-d"];
const versions = ["2.1.0", "2.0.0", "1.0.0"];
const ranges = ["*", "*", "^1", "^2", "~2.1"];

interface Published {
  readonly version: string;
  readonly verified: boolean;
  readonly depends: readonly { readonly blueprint: string; readonly version: string }[];
}

const published: fc.Arbitrary<Published> = fc.record({
  version: fc.constantFrom(...versions),
  verified: fc.constantFrom(true, true, false),
  depends: fc.uniqueArray(
    fc.record({ blueprint: fc.constantFrom(...names), version: fc.constantFrom(...ranges) }),
    { maxLength: 3, selector: (dependency) => dependency.blueprint },
  ),
});

const blueprints = fc.dictionary(
  fc.constantFrom(...names),
  fc.uniqueArray(published, { minLength: 1, maxLength: 3, selector: (release) => release.version }),
);

function catalogOf(content: Record<string, readonly Published[]>): Catalog {
  const releases = (name: string): CatalogRelease[] =>
    (content[name] ?? [])
      .toSorted((a, b) => (a.version < b.version ? 1 : -1))
      .map(({ version, verified, depends }) => ({
        name,
        version,
        verified,
        yanked: false,
        digest: digestOf(name + version),
        repository: name,
        manifest: {
          apiVersion: "catalyst.openova.io/v1alpha1",
          kind: "Blueprint",
          metadata: { name },
          spec: { version, card: { title: name }, depends: [...depends] },
        },
      }));
  return { names: () => Object.keys(content), releases, chart: () => Promise.reject(new Error("unused")) };
}

/** Whether some release in the range has dependencies that can all be created anew: a slow, obvious answer. */
function canBeHad(catalog: Catalog, name: string, range: string, above: readonly string[]): boolean {
  return catalog
    .releases(name)
    .filter((release) => isInstallable(release) && satisfies(release.version, range))
    .some((release) =>
      (release.manifest.spec.depends ?? []).every(
        (dependency) =>
          ![...above, name].includes(dependency.blueprint) &&
          canBeHad(catalog, dependency.blueprint, dependency.version, [...above, name]),
      ),
    );
}

const ask = { application: "x", blueprint: "bp-a", range: "*", config: {}, bindings: {} };

describe("resolve, for any catalog", () => {
  it("chooses only verified releases and meets every dependency, without a circle", () => {
    fc.assert(
      fc.property(blueprints, (content) => {
        const resolution = resolve({
          requirements: [ask],
          siblings: [],
          catalog: catalogOf(content),
          wants: () => true,
        });
        if (!resolution.resolved) return;
        const byName = new Map(resolution.applications.map((item) => [item.application, item]));
        for (const { release, bindings } of resolution.applications) {
          expect(release.verified).toBe(true);
          for (const { blueprint, version } of release.manifest.spec.depends ?? []) {
            const provider = byName.get(bindings[blueprint.slice(3)]?.application ?? "");
            expect(provider?.release.name).toBe(blueprint);
            expect(satisfies(provider?.release.version ?? "", version)).toBe(true);
          }
        }
        expect(hasCircle(byName)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("finds an answer where even creating everything anew would be one", () => {
    fc.assert(
      fc.property(blueprints, (content) => {
        const catalog = catalogOf(content);
        const { resolved } = resolve({ requirements: [ask], siblings: [], catalog, wants: () => true });
        expect(resolved || !canBeHad(catalog, "bp-a", "*", [])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("goes straight back to the cause, past what has nothing to do with it", () => {
    const many = Array.from({ length: 12 }, (_, index) => `bp-part${index}`);
    const versionsOf = (depends: Published["depends"]) =>
      Array.from({ length: 20 }, (_, index) => ({ version: `${20 - index}.0.0`, verified: true, depends }));
    const catalog = catalogOf({
      "bp-a": [
        {
          version: "2.0.0",
          verified: true,
          depends: [...many, "bp-gone"].map((blueprint) => ({ blueprint, version: "*" })),
        },
        { version: "1.0.0", verified: true, depends: many.map((blueprint) => ({ blueprint, version: "*" })) },
      ],
      ...Object.fromEntries(many.map((name) => [name, versionsOf([])])),
    });
    const resolution = resolve({ requirements: [ask], siblings: [], catalog, wants: () => true });
    expect(resolution.resolved && resolution.applications[0]?.release.version).toBe("1.0.0");
  });
});

type Applications = ReadonlyMap<
  string,
  { readonly bindings: Readonly<Record<string, { readonly application: string }>> }
>;

function hasCircle(applications: Applications): boolean {
  const leadsTo = (from: string, path: readonly string[]): boolean =>
    Object.values(applications.get(from)?.bindings ?? {}).some(
      ({ application }) => path.includes(application) || leadsTo(application, [...path, application]),
    );
  return [...applications.keys()].some((name) => leadsTo(name, [name]));
}
