import { digestOf } from "@catalyst/base/digest";
import { inTurns } from "@catalyst/base/jobs";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";
import { planJobs } from "../work/index.ts";
import { planChange } from "./plan.ts";
import { printPlan } from "./print.ts";
import { emptyCluster, place } from "./testing/place.ts";
import { type RepositoryFiles, readEnvironmentTree } from "./tree.ts";

function release(
  name: string,
  version: string,
  spec: Partial<BlueprintSpec> = {},
  verified = true,
): CatalogRelease {
  const manifest = {
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Blueprint",
    metadata: { name },
    spec: { version, card: { title: name }, ...spec },
  } as const;
  const digest = digestOf(`${name}:${version}`);
  return {
    name,
    version,
    digest,
    verified,
    ...(verified ? {} : { reason: "no signature" }),
    yanked: false,
    manifest,
    repository: `blueprints/${name}`,
  };
}

const releases = [
  release("bp-site", "1.1.0", {
    configSchema: {
      properties: { title: { type: "string" }, pages: { type: "integer", minimum: 1 } },
      additionalProperties: false,
    },
    sizes: { small: {}, large: {} },
  }),
  release("bp-site", "1.0.0"),
  release("bp-paths", "3.0.0", {
    upgrades: {
      from: [">=2.0.0 <3.0.0"],
      blocks: ["2.0.0"],
      migrations: [{ to: "3.0.0", reversible: false, description: "pages were merged" }],
    },
  }),
  release("bp-paths", "2.1.0", { upgrades: { from: [">=1.0.0 <3.0.0"] } }),
  release("bp-paths", "2.0.0", { upgrades: { from: ["not a range"] } }),
  release("bp-paths", "1.0.0"),
  release("bp-db", "2.0.0"),
  release("bp-db", "1.4.0"),
  release("bp-blog", "1.0.0", { depends: [{ blueprint: "bp-db", version: "^1.2", alias: "db" }] }),
  release("bp-evil", "1.0.0", {}, false),
  release("bp-kit", "1.0.0", { placement: { modes: [] } }),
  release("bp-mail", "1.0.0", {
    configSchema: {
      properties: {
        admin: { properties: { password: { type: "string", "x-catalyst-ui-hint": "password" } } },
      },
    },
  }),
];

const catalog: Catalog = {
  names: () => [...new Set(releases.map((item) => item.name))],
  releases: (name) => releases.filter((item) => item.name === name),
  chart: () => Promise.reject(new Error("not read here")),
};

function application(name: string, blueprint: string, version: string, more = ""): string {
  return `apiVersion: catalyst.openova.io/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  blueprint:
    name: ${blueprint}
    version: ${version}
    digest: ${digestOf(`${blueprint}:${version}`)}
${more}`;
}

function files(applications: Record<string, string>): RepositoryFiles {
  return new Map(
    Object.entries(applications).map(([name, text]) => [
      name.includes("/") ? name : `applications/${name}/application.yaml`,
      text,
    ]),
  );
}

async function plan(before: RepositoryFiles, after: RepositoryFiles) {
  const beforeTree = await readEnvironmentTree(before);
  return planChange({
    environment: "acme-dev",
    base: "c0",
    before,
    after,
    beforeTree,
    afterTree: await readEnvironmentTree(after, beforeTree),
    catalog,
    wants: () => true,
    ...place,
    work: inTurns(planJobs),
    live: emptyCluster,
    reader: undefined,
    render: async (item, expansion) => ({
      objects: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: expansion.release.metadata.name },
          data: { version: item.version, values: JSON.stringify(expansion.values["page"] ?? null) },
        },
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "key" },
          stringData: { password: `hidden-${item.version}` },
        },
      ],
      unread: [],
      secretTexts: [],
    }),
  });
}

const site = application("site", "bp-site", "1.0.0");
const upgraded = application("site", "bp-site", "1.1.0");

describe("planChange", () => {
  it("refuses a secret value and says where it stands, without repeating it", async () => {
    const more = "  config:\n    admin:\n      password: hunter2\n";
    const { problems } = await plan(
      files({}),
      files({ mail: application("mail", "bp-mail", "1.0.0", more) }),
    );
    expect(problems).toEqual([
      {
        code: "config-secret-plaintext",
        message: "spec.config.admin.password is secret and can't be in Git",
        file: "applications/mail/application.yaml",
        field: "spec.config.admin.password",
        line: 12,
        hint: expect.stringMatching(/^Leave it out\. .*acme-dev.*mail.*admin\.password/),
      },
    ]);
  });

  it("25: refuses a secret where config is the chart's values, by its name, and repeats it nowhere", async () => {
    const more = "  config:\n    users:\n      - {name: root, password: hunter2}\n";
    const made = await plan(files({ site }), files({ site: application("site", "bp-site", "1.0.0", more) }));
    expect(made.problems).toMatchObject([
      { code: "config-secret-plaintext", field: "spec.config.users.0.password", line: 12 },
    ]);
    expect(made.applications[0]?.fields).toEqual([{ field: "spec.config.users", after: "(secret)" }]);
    expect(JSON.stringify(made)).not.toContain("hunter2");
  });

  it("shows an installation with its objects", async () => {
    const result = await plan(files({}), files({ site }));
    expect(result.problems).toEqual([]);
    expect(result.applications).toMatchObject([
      { name: "site", action: "add", blueprint: { version: "1.0.0" } },
    ]);
    expect(
      result.objects.map((object) => [object.action, object.kind, object.namespace, object.name]),
    ).toEqual([
      ["add", "Namespace", undefined, "site"],
      ["add", "ConfigMap", "site", "site"],
      ["add", "Secret", "site", "key"],
    ]);
  });

  it("shows an upgrade as a diff without secret values", async () => {
    const result = await plan(files({ site }), files({ site: upgraded }));
    expect(result.applications).toMatchObject([
      { action: "change", previous: { version: "1.0.0" }, blueprint: { version: "1.1.0" } },
    ]);
    const secret = result.objects.find((object) => object.kind === "Secret");
    expect(secret?.diff).toContain("+  password: (secret, changed)");
    expect(JSON.stringify(result)).not.toContain("hidden-");
  });

  it("is the same for the same change, and another for another", async () => {
    const [one, two, other] = [
      await plan(files({}), files({ site })),
      await plan(files({}), files({ site })),
      await plan(files({}), files({ site: upgraded })),
    ];
    expect(one).toEqual(two);
    expect(other.id).not.toBe(one.id);
  });

  it("leaves Applications that don't change out", async () => {
    const other = application("other", "bp-db", "2.0.0");
    const result = await plan(files({ other }), files({ other, site }));
    expect(result.applications.map((item) => item.name)).toEqual(["site"]);
  });

  it("warns those who depend on what changes", async () => {
    const db = application("db", "bp-db", "1.4.0");
    const blog = application("blog", "bp-blog", "1.0.0", "  bindings:\n    db:\n      application: db\n");
    const result = await plan(files({ db, blog }), files({ db: `${db}  size: big\n`, blog }));
    expect(result.warnings).toEqual(["blog depends on db, which changes."]);
  });
});

describe("a move to another version", () => {
  const moved = async (from: string, to: string) => {
    const at = (version: string) => files({ site: application("site", "bp-paths", version) });
    return (await plan(at(from), at(to))).problems;
  };
  const place = { file: "applications/site/application.yaml", field: "spec.blueprint.version", line: 8 };

  it.each([
    ["within what it upgrades from", "2.1.0", "3.0.0"],
    ["back, where nothing was migrated", "2.1.0", "1.0.0"],
  ])("is planned %s", async (_name, from, to) => {
    expect(await moved(from, to)).toEqual([]);
  });

  it("is refused from a version it doesn't upgrade from, with the way that is open", async () => {
    expect(await moved("1.0.0", "3.0.0")).toEqual([
      {
        ...place,
        code: "upgrade-path",
        message: "site can't be upgraded from 1.0.0 to 3.0.0: bp-paths 3.0.0 upgrades from >=2.0.0 <3.0.0",
        hint: "Upgrade to 2.1.0 first.",
      },
    ]);
  });

  it("is refused from a version that is blocked, and by a range nobody can read", async () => {
    expect(await moved("2.0.0", "3.0.0")).toMatchObject([{ ...place, code: "upgrade-path" }]);
    expect(await moved("1.0.0", "2.0.0")).toMatchObject([{ ...place, code: "upgrade-path" }]);
  });

  it("is refused back over a migration that can't be undone", async () => {
    expect(await moved("3.0.0", "2.1.0")).toEqual([
      {
        ...place,
        code: "migration-irreversible",
        message: "site can't go back from 3.0.0 to 2.1.0: pages were merged in 3.0.0, which can't be undone",
        hint: "Stay at 3.0.0, or install 2.1.0 under another name.",
      },
    ]);
  });
});

const blog = (binding: string) =>
  application("blog", "bp-blog", "1.0.0", `  bindings:\n    db:\n      application: ${binding}\n`);

describe("what is wrong is told with file, line and field", () => {
  it.each([
    [
      "what is part of a cluster's bootstrap kit",
      { kit: application("kit", "bp-kit", "1.0.0") },
      "blueprint-unplaceable",
      7,
      "spec.blueprint.name",
    ],
    ["invalid YAML", { site: "a: [1\nb: 2" }, "yaml-invalid", 2, undefined],
    [
      "another kind",
      { site: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: site\n" },
      "application-kind",
      2,
      "kind",
    ],
    ["a name that isn't the folder's", { other: site }, "application-name-folder", 4, "metadata.name"],
    [
      "a namespace of one's own",
      { site: site.replace("  name: site\n", "  name: site\n  namespace: kube-system\n") },
      "application-metadata",
      5,
      "metadata.namespace",
    ],
    ["an unknown field", { site: `${site}  replicas: 3\n` }, "schema-violation", 10, "spec.replicas"],
    [
      "an unknown Blueprint",
      { site: application("site", "bp-nope", "1.0.0") },
      "blueprint-unknown",
      7,
      "spec.blueprint.name",
    ],
    [
      "an unknown version",
      { site: application("site", "bp-site", "9.0.0") },
      "blueprint-version-unknown",
      8,
      "spec.blueprint.version",
    ],
    [
      "another digest",
      { site: site.replace(/sha256:.*/, `sha256:${"0".repeat(64)}`) },
      "blueprint-digest-mismatch",
      9,
      "spec.blueprint.digest",
    ],
    [
      "an unverified release",
      { site: application("site", "bp-evil", "1.0.0") },
      "blueprint-unverified",
      7,
      "spec.blueprint",
    ],
    [
      "config of a wrong type",
      { site: `${upgraded}  config:\n    title: 7\n` },
      "schema-violation",
      11,
      "spec.config.title",
    ],
    [
      "config that isn't known",
      { site: `${upgraded}  config:\n    tilte: x\n` },
      "schema-violation",
      11,
      "spec.config.tilte",
    ],
    ["an unknown size", { site: `${upgraded}  size: huge\n` }, "blueprint-size-unknown", 10, "spec.size"],
    [
      "a dependency that isn't bound",
      { blog: application("blog", "bp-blog", "1.0.0") },
      "dependency-unbound",
      6,
      "spec.bindings.db",
    ],
    [
      "a dependency that isn't there",
      { blog: blog("nope") },
      "dependency-missing",
      12,
      "spec.bindings.db.application",
    ],
    ["a dependency on itself", { blog: blog("blog") }, "dependency-self", 12, "spec.bindings.db.application"],
    [
      "a dependency of a wrong version",
      { blog: blog("db"), db: application("db", "bp-db", "2.0.0") },
      "dependency-unsatisfied",
      12,
      "spec.bindings.db.application",
    ],
    [
      "a document too large for an event",
      { site: `${site}  config:\n    note: ${"x".repeat(600_000)}\n` },
      "application-large",
      6,
      "spec",
    ],
    [
      "a file that would be applied unseen",
      { "applications/site/role.yaml": "kind: ClusterRoleBinding\n" },
      "repository-file-unknown",
      undefined,
      undefined,
    ],
  ])("%s", async (_name, after, code, line, field) => {
    const result = await plan(files({}), files(after as Record<string, string>));
    expect(result.problems).toContainEqual(
      expect.objectContaining({
        code,
        ...(line === undefined ? {} : { line }),
        ...(field === undefined ? {} : { field }),
      }),
    );
    expect(result.objects).toEqual([]);
  });

  it("removing what another depends on", async () => {
    const db = application("db", "bp-db", "1.4.0");
    const result = await plan(files({ db, blog: blog("db") }), files({ blog: blog("db") }));
    expect(result.problems).toMatchObject([
      { code: "dependency-missing", file: "applications/blog/application.yaml" },
    ]);
  });

  it("a circle", async () => {
    const cyclic = (name: string, other: string) =>
      application(name, "bp-blog", "1.0.0", `  bindings:\n    db:\n      application: ${other}\n`);
    const result = await plan(files({}), files({ a: cyclic("a", "b"), b: cyclic("b", "a") }));
    expect(result.problems).toContainEqual(expect.objectContaining({ code: "dependency-cycle" }));
  });
});

describe("printPlan", () => {
  it("prints what happens", async () => {
    expect(printPlan(await plan(files({ site }), files({ site: upgraded })))).toEqual([
      "Plan for acme-dev",
      "  ~ site  bp-site 1.0.0 → 1.1.0",
      "  objects: 0 to add, 3 to change, 0 to remove",
      "    ~ Namespace site",
      "    ~ ConfigMap site/site",
      "    ~ Secret site/key",
    ]);
  });

  it("prints what is wrong, with the place", async () => {
    expect(
      printPlan(await plan(files({}), files({ site: application("site", "bp-nope", "1.0.0") }))),
    ).toEqual([
      "acme-dev: 1 problem, nothing was changed",
      "  applications/site/application.yaml:7: spec.blueprint.name: there is no Blueprint bp-nope in the catalog. The catalog has bp-site, bp-paths, bp-db, bp-blog, bp-evil, bp-kit, bp-mail.",
    ]);
  });
});
