import { digestOf } from "@catalyst/base/digest";
import type { Dependency } from "@catalyst/model/blueprint";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";
import { wantsDependency } from "./condition.ts";
import type { Requirement, Resolution, Sibling } from "./resolution.ts";
import { resolve } from "./resolve.ts";

type Published = Partial<Pick<CatalogRelease, "verified" | "yanked" | "reason">> & {
  readonly depends?: readonly Dependency[];
  readonly placement?: { readonly modes: [] };
  readonly configSchema?: Record<string, unknown>;
};

/** A catalog written as `{ "bp-x": { "1.0.0": {…} } }`, newest first. */
function catalogOf(blueprints: Record<string, Record<string, Published>>): Catalog {
  return {
    names: () => Object.keys(blueprints),
    releases: (name) =>
      Object.entries(blueprints[name] ?? {}).map(([version, published]) => ({
        name,
        version,
        digest: digestOf(`${name}@${version}`),
        verified: published.verified ?? true,
        reason: published.reason,
        yanked: published.yanked ?? false,
        repository: `blueprints/${name}`,
        manifest: {
          apiVersion: "catalyst.openova.io/v1alpha1",
          kind: "Blueprint",
          metadata: { name },
          spec: {
            version,
            card: { title: name },
            depends: [...(published.depends ?? [])],
            ...(published.placement === undefined ? {} : { placement: published.placement }),
            ...(published.configSchema === undefined ? {} : { configSchema: published.configSchema }),
          },
        },
      })),
    chart: () => Promise.reject(new Error("not needed")),
  };
}

const wordpress = { depends: [{ blueprint: "bp-mariadb", version: "^1", alias: "db" }] };
const shop = catalogOf({
  "bp-wordpress": { "2.0.0-rc.1": wordpress, "1.1.0": wordpress, "1.0.0": wordpress },
  "bp-mariadb": { "2.0.0": {}, "1.2.0": {}, "1.1.0": {} },
});

function ask(application: string, blueprint: string, more: Partial<Requirement> = {}): Requirement {
  return { application, blueprint, config: {}, bindings: {}, ...more };
}

function run(catalog: Catalog, requirements: Requirement[], siblings: Sibling[] = []): Resolution {
  return resolve({ requirements, siblings, catalog, wants: wantsDependency });
}

/** `blog=bp-wordpress@1.1.0(db:blog-db)`: an answer on one line each. */
function chosen(resolution: Resolution): string[] {
  if (!resolution.resolved) return [`${resolution.code}: ${resolution.sentences.join(" ")}`];
  return resolution.applications.map(({ application, release, bindings, requestedBy }) => {
    const bound = Object.entries(bindings).map(([alias, to]) => `${alias}:${to.application}`);
    const by = requestedBy === undefined ? "" : ` for ${requestedBy}`;
    return `${application}=${release.name}@${release.version}(${bound})${by}`;
  });
}

describe("resolve", () => {
  it("takes the newest stable release and creates what it needs", () => {
    expect(chosen(run(shop, [ask("blog", "bp-wordpress")]))).toEqual([
      "blog=bp-wordpress@1.1.0(db:blog-db)",
      "blog-db=bp-mariadb@1.2.0() for blog",
    ]);
  });

  it("takes a prerelease only when the range names one", () => {
    expect(chosen(run(shop, [ask("blog", "bp-wordpress", { range: ">=2.0.0-0" })]))[0]).toBe(
      "blog=bp-wordpress@2.0.0-rc.1(db:blog-db)",
    );
  });

  it("prefers an Application that is there, the first by name", () => {
    const siblings = [
      { application: "pg2", blueprint: "bp-mariadb", version: "1.1.0" },
      { application: "pg1", blueprint: "bp-mariadb", version: "1.1.0" },
      { application: "aaa", blueprint: "bp-mariadb", version: "2.0.0" },
    ];
    const resolution = run(shop, [ask("blog", "bp-wordpress")], siblings);
    expect(chosen(resolution)).toEqual(["blog=bp-wordpress@1.1.0(db:pg1)"]);
    expect(resolution.resolved && resolution.dependencies).toEqual([
      {
        application: "blog",
        alias: "db",
        provider: "pg1",
        created: false,
        reason: '"pg1" is there in version 1.1.0, which satisfies ^1.',
      },
    ]);
  });

  it("meets a dependency by an Application asked for along, whatever the order", () => {
    const requirements = [ask("blog", "bp-wordpress"), ask("data", "bp-mariadb", { range: "~1.1" })];
    for (const order of [requirements, requirements.toReversed()]) {
      expect(chosen(run(shop, order)).toSorted()).toEqual([
        "blog=bp-wordpress@1.1.0(db:data)",
        "data=bp-mariadb@1.1.0()",
      ]);
    }
  });

  it("shares what two new Applications need", () => {
    expect(chosen(run(shop, [ask("a", "bp-wordpress"), ask("b", "bp-wordpress")]))).toEqual([
      "a=bp-wordpress@1.1.0(db:a-db)",
      "b=bp-wordpress@1.1.0(db:a-db)",
      "a-db=bp-mariadb@1.2.0() for a",
    ]);
  });

  it("goes back to an older release when the newest can't have what it needs", () => {
    const catalog = catalogOf({
      "bp-app": {
        "2.0.0": { depends: [{ blueprint: "bp-mariadb", version: "^9" }] },
        "1.0.0": { depends: [{ blueprint: "bp-mariadb", version: "^1" }] },
      },
      "bp-mariadb": { "1.0.0": {} },
    });
    expect(chosen(run(catalog, [ask("x", "bp-app")]))[0]).toBe("x=bp-app@1.0.0(mariadb:x-mariadb)");
  });

  it("goes back to an older release of what was asked for when a binding wants it", () => {
    const requirements = [
      ask("data", "bp-mariadb"),
      ask("blog", "bp-wordpress", { bindings: { db: { application: "data" } } }),
    ];
    expect(chosen(run(shop, requirements))).toEqual([
      "data=bp-mariadb@1.2.0()",
      "blog=bp-wordpress@1.1.0(db:data)",
    ]);
  });

  it("resolves to any depth and hands configuration down", () => {
    const catalog = catalogOf({
      "bp-a": {
        "1.0.0": { depends: [{ blueprint: "bp-b", version: "*", values: { owner: "${application}" } }] },
      },
      "bp-b": { "1.0.0": { depends: [{ blueprint: "bp-c", version: "*", when: "config.owner == 'top'" }] } },
      "bp-c": { "1.0.0": {} },
    });
    const resolution = run(catalog, [ask("top", "bp-a")]);
    expect(chosen(resolution)).toEqual([
      "top=bp-a@1.0.0(b:top-b)",
      "top-b=bp-b@1.0.0(c:top-b-c) for top",
      "top-b-c=bp-c@1.0.0() for top-b",
    ]);
    expect(resolution.resolved && resolution.applications[1]?.config).toEqual({ owner: "top" });
  });

  it.each([
    ["left out", {}, ["x=bp-app@1.0.0()"]],
    ["on", { search: true }, ["x=bp-app@1.0.0(index:x-index)", "x-index=bp-index@1.0.0() for x"]],
    ["off", { search: false }, ["x=bp-app@1.0.0()"]],
  ])("asks a condition with the defaults filled in: %s", (_name, config, expected) => {
    const catalog = catalogOf({
      "bp-app": {
        "1.0.0": {
          depends: [{ blueprint: "bp-index", version: "*", when: "config.search" }],
          configSchema: { type: "object", properties: { search: { type: "boolean", default: false } } },
        },
      },
      "bp-index": { "1.0.0": {} },
    });
    expect(chosen(run(catalog, [ask("x", "bp-app", { config })]))).toEqual(expected);
  });

  it.each<[string, Requirement[], Sibling[], string]>([
    [
      "an unknown Blueprint",
      [ask("x", "bp-nothing")],
      [],
      'blueprint-unknown: "x" asks for bp-nothing. There is no Blueprint bp-nothing.',
    ],
    [
      "a version nobody published",
      [ask("x", "bp-mariadb", { range: "^3" })],
      [],
      'version-unsatisfiable: "x" asks for bp-mariadb ^3. To be had are 2.0.0, 1.2.0 and 1.1.0.',
    ],
    [
      "a binding to nothing",
      [ask("blog", "bp-wordpress", { range: "=1.1.0", bindings: { db: { application: "pg" } } })],
      [],
      'version-unsatisfiable: "blog" binds "db" to "pg". There is no Application "pg".',
    ],
    [
      "a binding to the wrong version",
      [ask("blog", "bp-wordpress", { range: "=1.1.0", bindings: { db: { application: "pg" } } })],
      [{ application: "pg", blueprint: "bp-mariadb", version: "2.0.0" }],
      'version-unsatisfiable: "blog" binds "db" to "pg". bp-wordpress 1.1.0 ("blog") needs bp-mariadb ^1, and "pg" is bp-mariadb 2.0.0.',
    ],
    [
      "a name that is taken",
      [ask("blog", "bp-wordpress", { range: "=1.1.0" })],
      [{ application: "blog-db", blueprint: "bp-gitea", version: "1.0.0" }],
      'name-taken: bp-wordpress 1.1.0 ("blog") needs bp-mariadb ^1 as "db", which would be created as "blog-db". That name belongs to an Application of bp-gitea; bind it or rename one.',
    ],
  ])("explains %s", (_name, requirements, siblings, sentence) => {
    expect(chosen(run(shop, requirements, siblings))).toEqual([sentence]);
  });

  it("never chooses what isn't verified or was withdrawn, and says so", () => {
    const catalog = catalogOf({
      "bp-x": {
        "3.0.0": { verified: false, reason: "it has no signature by a trusted key" },
        "2.0.0": { yanked: true },
        "1.0.0": {},
      },
    });
    expect(chosen(run(catalog, [ask("x", "bp-x")]))).toEqual(["x=bp-x@1.0.0()"]);
    expect(chosen(run(catalog, [ask("x", "bp-x", { range: ">=2" })]))).toEqual([
      'version-unsatisfiable: "x" asks for bp-x >=2. bp-x 3.0.0 isn\'t verified: it has no signature by a trusted key. bp-x 2.0.0 was withdrawn. To be had is 1.0.0.',
    ]);
  });

  it("never chooses what is part of a cluster's bootstrap kit, and says so", () => {
    const catalog = catalogOf({
      "bp-kit": { "2.0.0": { placement: { modes: [] } }, "1.0.0": {} },
    });
    expect(chosen(run(catalog, [ask("x", "bp-kit")]))).toEqual(["x=bp-kit@1.0.0()"]);
    expect(chosen(run(catalog, [ask("x", "bp-kit", { range: "^2" })]))).toEqual([
      "version-unsatisfiable: \"x\" asks for bp-kit ^2. bp-kit 2.0.0 is part of a cluster's bootstrap kit and can't be an Application. To be had is 1.0.0.",
    ]);
  });

  it("refuses a circle", () => {
    const catalog = catalogOf({
      "bp-a": { "1.0.0": { depends: [{ blueprint: "bp-b", version: "*" }] } },
      "bp-b": { "1.0.0": { depends: [{ blueprint: "bp-a", version: "*" }] } },
    });
    expect(chosen(run(catalog, [ask("x", "bp-a")]))[0]).toContain("bp-a needs bp-b needs bp-a");
  });

  it("refuses a circle between two that are both needed", () => {
    const needs = (blueprint: string) => ({ blueprint, version: "*" });
    const catalog = catalogOf({
      "bp-a": { "1.0.0": { depends: [needs("bp-b"), needs("bp-c")] } },
      "bp-b": { "1.0.0": { depends: [needs("bp-c")] } },
      "bp-c": { "1.0.0": { depends: [needs("bp-b")] } },
    });
    expect(chosen(run(catalog, [ask("x", "bp-a")]))[0]).toContain("That goes in a circle");
  });

  it("refuses a condition that is no condition", () => {
    const catalog = catalogOf({
      "bp-a": { "1.0.0": { depends: [{ blueprint: "bp-b", version: "*", when: "1 + 1" }] } },
      "bp-b": { "1.0.0": {} },
    });
    expect(() => run(catalog, [ask("x", "bp-a")])).toThrow(
      expect.objectContaining({ code: "blueprint-condition-invalid" }),
    );
  });
});
