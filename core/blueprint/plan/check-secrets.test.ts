import { digestOf } from "@catalyst/base/digest";
import { inTurns } from "@catalyst/base/jobs";
import { printYaml } from "@catalyst/base/yaml";
import type { BlueprintManifest } from "@catalyst/model/blueprint";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";
import { planJobs } from "../work/index.ts";
import { planChange } from "./plan.ts";
import { secretsContent } from "./secrets-document.ts";
import { emptyCluster, place } from "./testing/place.ts";
import { type RepositoryFiles, readEnvironmentTree } from "./tree.ts";

const password = { type: "string", minLength: 8, "x-catalyst-ui-hint": "password" };

function release(name: string, required: readonly string[]): CatalogRelease {
  const manifest: BlueprintManifest = {
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Blueprint",
    metadata: { name },
    spec: {
      version: "1.0.0",
      card: { title: name },
      configSchema: {
        type: "object",
        additionalProperties: false,
        properties: {
          title: { type: "string" },
          admin: { type: "object", properties: { password }, required },
          token: password,
        },
        required: required.length > 0 ? ["admin"] : [],
      },
      values: [
        { path: "page.title", config: "title" },
        { path: "page.password", config: "admin.password" },
        { path: "tokenSecret.name", secret: "token" },
        { path: "tokenSecret.key", secret: "token", take: "key" },
        { path: "tokenSecret.version", secret: "token", take: "version" },
      ],
    },
  };
  const digest = digestOf(name);
  return { name, version: "1.0.0", digest, verified: true, yanked: false, manifest, repository: name };
}

const releases = [release("bp-mail", []), release("bp-strict", ["password"])];
const catalog: Catalog = {
  names: () => releases.map(({ name }) => name),
  releases: (name) => releases.filter((item) => item.name === name),
  chart: () => Promise.reject(new Error("not read here")),
};

function application(spec: object, blueprint = "bp-mail"): string {
  const pin = { name: blueprint, version: "1.0.0", digest: digestOf(blueprint) };
  return printYaml({
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Application",
    metadata: { name: "mail" },
    spec: { blueprint: pin, ...spec },
  });
}

const references = (versions: Readonly<Record<string, number>>) =>
  printYaml(secretsContent("acme-dev", "mail", versions, []));

const repository = (document: string, secrets?: string): RepositoryFiles =>
  new Map([
    ["applications/mail/application.yaml", document],
    ...(secrets === undefined ? [] : [["applications/mail/secrets.yaml", secrets] as const]),
  ]);

async function plan(after: RepositoryFiles, before: RepositoryFiles = new Map()) {
  const beforeTree = await readEnvironmentTree(before);
  return planChange({
    environment: "acme-dev",
    base: "c0",
    before,
    after,
    beforeTree,
    afterTree: await readEnvironmentTree(after, beforeTree),
    work: inTurns(planJobs),
    live: emptyCluster,
    catalog,
    wants: () => true,
    ...place,
    reader: undefined,
    render: async (_item, { values, release: { spec } }) => {
      const metadata = { name: "mail" };
      const objects = [
        { apiVersion: "v1", kind: "Secret", metadata, stringData: { page: JSON.stringify(values["page"]) } },
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { release: JSON.stringify(spec) } },
      ];
      return { objects, unread: [], secretTexts: [] };
    },
  });
}

const codesOf = async (after: RepositoryFiles) => (await plan(after)).problems.map(({ code }) => code);

describe("values in the secret store", () => {
  it("are taken from the Secret where the Blueprint maps them, and only referred to in what is shown", async () => {
    const secrets = { "admin.password": 3, token: 1 };
    const result = await plan(repository(application({ secrets }), references(secrets)));
    expect(result.problems).toEqual([]);
    const { diff } = result.objects.find(({ kind }) => kind === "ConfigMap") ?? { diff: "" };
    expect(diff).toContain(
      JSON.stringify({
        kind: "Secret",
        name: "mail-secrets",
        valuesKey: "admin.password",
        targetPath: "page.password",
        literal: true,
      }),
    );
    expect(diff).toContain(JSON.stringify({ name: "mail-secrets", key: "token", version: "1" }));
    expect(result.applications[0]?.fields).toContainEqual({ field: "spec.secrets.token", after: 1 });
  });

  it("change what is rendered with their version, without showing it", async () => {
    const at = (version: number) =>
      repository(
        application({ secrets: { "admin.password": version } }),
        references({ "admin.password": version }),
      );
    const result = await plan(at(2), at(1));
    expect(result.problems).toEqual([]);
    expect(result.applications[0]?.fields).toEqual([
      { field: "spec.secrets.admin.password", before: 1, after: 2 },
    ]);
    expect(result.objects).toEqual([
      expect.objectContaining({ kind: "Secret", diff: expect.stringContaining("(secret, changed)") }),
    ]);
  });

  it("25: aren't repeated when they were written into config", async () => {
    const result = await plan(repository(application({ config: { admin: { password: "hunter2hunter2" } } })));
    expect(result.problems).toMatchObject([
      {
        code: "config-secret-plaintext",
        field: "spec.config.admin.password",
        hint: expect.stringContaining(
          "PUT /v1/environments/acme-dev/applications/mail/secrets/admin.password",
        ),
      },
    ]);
    expect(JSON.stringify(result)).not.toContain("hunter2");
    expect(result.applications[0]?.fields).toContainEqual({
      field: "spec.config.admin.password",
      after: "(secret)",
    });
  });

  it.each<[string, object, string]>([
    ["a number", { config: { token: 12345678 } }, "config-secret-plaintext"],
    ["a map", { config: { admin: { password: { x: "hunter2" } } } }, "config-secret-plaintext"],
  ])("25: are refused as %s too", async (_what, spec, code) => {
    const result = await plan(repository(application(spec)));
    expect(result.problems.map((problem) => problem.code)).toEqual([code]);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|12345678/);
  });

  it("25: aren't repeated either when the release that is named doesn't exist", async () => {
    const text = application({ config: { token: "hunter2hunter2" } }).replace(
      "version: 1.0.0",
      "version: 9.9.9",
    );
    const result = await plan(repository(text));
    expect(result.problems).toMatchObject([{ code: "blueprint-version-unknown" }]);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it("25: aren't repeated of a document that can't be understood", async () => {
    const result = await plan(repository(application({ config: { token: "hunter2hunter2" }, colour: 1 })));
    expect(result.problems).not.toEqual([]);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it("are asked for by name when the Blueprint can't do without", async () => {
    expect((await plan(repository(application({}, "bp-strict")))).problems).toMatchObject([
      { code: "secret-missing", field: "spec.secrets.admin.password" },
    ]);
    const secrets = { "admin.password": 1 };
    expect(await codesOf(repository(application({ secrets }, "bp-strict"), references(secrets)))).toEqual([]);
  });
});

const good = references({ token: 1 });
const edited = (from: string, to: string) => {
  if (!good.includes(from)) throw new Error(`there is no ${from}`);
  return good.replace(from, to);
};

describe("secrets.yaml", () => {
  it.each<[string, string, string]>([
    ["another Organization's path", "org/acme/env/dev/applications/mail/token", "org/other/env/dev/x"],
    ["another Environment's path", "org/acme/env/dev/applications/mail/token", "org/acme/env/prod/x"],
    ["a way out", "org/acme/env/dev/applications/mail/token", "org/acme/env/dev/../prod/x"],
    [
      "a name that only begins alike",
      "org/acme/env/dev/applications/mail/token",
      "org/acme/env/development/x",
    ],
  ])("27: may not refer to %s", async (_what, from, to) => {
    const { problems } = await plan(repository(application({ secrets: { token: 1 } }), edited(from, to)));
    expect(problems).toMatchObject([
      {
        code: "secret-reference-foreign",
        file: "applications/mail/secrets.yaml",
        field: "spec.data[0].remoteRef.key",
        line: expect.any(Number),
      },
    ]);
    expect(good.split("\n")[(problems[0]?.line ?? 0) - 1]).toContain("key: org/acme");
  });

  it("may refer to what else is in its Environment's part", async () => {
    const shared = edited("org/acme/env/dev/applications/mail/token", "org/acme/env/dev/shared/smtp");
    expect(await codesOf(repository(application({ secrets: { token: 1 } }), shared))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["a text made here", "  target:\n", "  target:\n    template: {data: {token: hunter2}}\n"],
    ["another store", "name: bao-local", "name: bao-primary"],
    ["no version", '      version: "1"\n', ""],
    ["all of a folder", "  data:\n", "  dataFrom: [{extract: {key: x}}]\n  data:\n"],
    ["another kind", "kind: ExternalSecret", "kind: Secret"],
    [
      "a Secret of another name",
      "  target:\n    creationPolicy: Owner\n    name: mail-secrets",
      "  target:\n    name: blueprint-keys",
    ],
  ])("may not hold %s", async (_what, from, to) => {
    const { problems } = await plan(repository(application({ secrets: { token: 1 } }), edited(from, to)));
    const [first] = problems.filter(({ file }) => file === "applications/mail/secrets.yaml");
    expect(first).toMatchObject({ field: expect.any(String) });
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it.each<[string, object, string | undefined, string]>([
    ["isn't there", { secrets: { token: 1 } }, undefined, "secret-reference-missing"],
    ["says another version", { secrets: { token: 2 } }, good, "secret-reference-missing"],
    ["says more than is used", {}, good, "secret-reference-unused"],
    ["is of a field that is no password", { secrets: { title: 1, token: 1 } }, good, "secret-field-unknown"],
  ])("is refused when it %s", async (_what, spec, secrets, code) => {
    expect(await codesOf(repository(application(spec), secrets))).toEqual([code]);
  });

  it("may not be there without its Application", async () => {
    expect(await codesOf(new Map([["applications/mail/secrets.yaml", good]]))).toEqual([
      "secrets-without-application",
    ]);
  });
});
