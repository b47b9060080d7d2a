import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { printYaml } from "@catalyst/base/yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { Clone } from "./git.ts";
import { kubernetes } from "./kubernetes.ts";
import { launcher, type Sovereign, startSovereign } from "./sovereign.ts";

/** A password given in a form or by hand reaches the chart, and can be read nowhere else. */
const run = promisify(execFile);
const folder = mkdtempSync("/tmp/catalyst-secrets-e2e-");
const data = join(folder, "data");
const platform = join(import.meta.dirname, "../../platform");

let sovereign: Sovereign;
let api: Calls;
let clone: Clone;

/** Every value given here: none of them may show up anywhere. */
const values = {
  first: 'Zaunkoenig-1, "so"=5\'',
  second: "Rotkehlchen-2",
  pushed: "Dompfaff-3",
  site: "Gartenrotschwanz-4",
  late: "Pirolvogel-5",
  refused: "Wiedehopf-6",
} as const;

const applications = "/environments/demo-dev/applications";
const gitea = { name: "bp-gitea" };
const give = (application: string, field: string, value: string, blueprint?: object) =>
  api.put(`${applications}/${application}/secrets/${field}`, { value, ...(blueprint && { blueprint }) });
const untilRunning = (name: string) =>
  eventually(
    `${name} is Running`,
    async () => (await api.get(`${applications}/${name}`)).phase === "Running",
  );

/** A key of a Secret in the Environment's cluster, as the node would hand it to a container. */
async function secretOf(namespace: string, name: string, key: string): Promise<string | undefined> {
  const path = `/clusters/demo-dev/api/v1/namespaces/${namespace}/secrets/${name}`;
  const { status, text } = await kubernetes(sovereign, path, sovereign.token());
  if (status !== 200) return undefined;
  const encoded = JSON.parse(text).data?.[key];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

async function podAnnotations(application: string): Promise<Record<string, string>> {
  const path = `/clusters/demo-dev/apis/apps/v1/namespaces/${application}/statefulsets/${application}`;
  const { text } = await kubernetes(sovereign, path, sovereign.token());
  return JSON.parse(text).spec.template.metadata.annotations ?? {};
}

async function pulled(path: string): Promise<string> {
  await clone.git("pull", "-q", "--ff-only");
  return readFileSync(join(clone.folder, path), "utf8");
}

/** A Blueprint whose chart takes the value itself, and puts it where it shows: into the page. */
async function publishWordSite(): Promise<void> {
  const source = join(folder, "word-site");
  cpSync(join(platform, "static-site"), source, { recursive: true });
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(source, file), change(readFileSync(join(source, file), "utf8")));
  edit("blueprint.yaml", (text) =>
    text
      .replace("name: bp-static-site", "name: bp-word-site")
      .replace(
        "    properties:\n",
        "    properties:\n      word:\n        type: string\n        title: Word\n        description: A secret.\n        x-catalyst-ui-hint: password\n",
      )
      .replace("config: text\n", "config: word\n"),
  );
  edit("chart/Chart.yaml", (text) => text.replace("name: bp-static-site", "name: bp-word-site"));
  const key = join(data, "keys/blueprints.pem");
  const token = join(data, "admin-token");
  const options = ["--registry", sovereign.url, "--key", key, "--token-file", token];
  await run(launcher, ["blueprint", "publish", source, ...options]);
  await eventually(
    "bp-word-site is in the catalog",
    async () => (await api.status("/blueprints/bp-word-site")) === 200,
  );
}

beforeAll(async () => {
  sovereign = await startSovereign({ data });
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  clone = await Clone.make(sovereign, "demo/demo-dev", "admin", sovereign.token());
});

afterAll(async () => {
  clone.remove();
  await sovereign.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a value given before the install reaches the Application, and Git holds the reference", async () => {
  const given = await give("code", "adminPassword", values.first, gitea);
  expect(given).toEqual({
    field: "adminPassword",
    version: 1,
    reference: {
      secretKey: "adminPassword",
      remoteRef: { key: "org/demo/env/dev/applications/code/adminPassword", property: "value", version: "1" },
    },
  });
  const secrets = { adminPassword: given.version };
  const { commit } = await api.post(applications, { name: "code", blueprint: gitea, secrets });
  await untilRunning("code");
  expect(await pulled("applications/code/secrets.yaml")).toContain(
    "key: org/demo/env/dev/applications/code/adminPassword",
  );
  expect(await pulled("applications/code/application.yaml")).toContain("adminPassword: 1");
  expect((await clone.git("show", "--stat", "--format=%H", "HEAD")).text).toMatch(
    new RegExp(`^${commit}[^]*application.yaml[^]*secrets.yaml`),
  );
  expect(await secretOf("applications", "code-secrets", "adminPassword")).toBe(values.first);
  expect(await secretOf("code", "code-secrets", "adminPassword")).toBe(values.first);
  expect(await secretOf("code", "code-connection", "password")).toBe(values.first);
  expect((await api.get(`${applications}/code/secrets`)).items).toEqual([
    { field: "adminPassword", version: 1, setAt: expect.stringMatching(/^20/) },
  ]);
});

test("a new value is a commit, and rolling that back brings the old one", async () => {
  const { version } = await give("code", "adminPassword", values.second);
  expect(await secretOf("code", "code-secrets", "adminPassword")).toBe(values.first);
  const { plan } = await api.patch(`${applications}/code`, { secrets: { adminPassword: version } });
  expect(plan.applications[0].fields).toEqual([{ field: "spec.secrets.adminPassword", before: 1, after: 2 }]);
  const holds = (value: string, annotation: string) =>
    eventually(`the Application holds version ${annotation}`, async () => {
      const annotations = await podAnnotations("code");
      return (
        (await secretOf("code", "code-secrets", "adminPassword")) === value &&
        annotations["catalyst.openova.io/administrator-password-version"] === annotation
      );
    });
  await holds(values.second, "2");
  await untilRunning("code");
  const { items } = await api.get(`${applications}/code/history`);
  await api.post(`${applications}/code/actions/rollback`, { commit: items[1].id });
  await holds(values.first, "1");
  await untilRunning("code");
});

test("a value can be taken away again: one is generated", async () => {
  await api.patch(`${applications}/code`, { secrets: { adminPassword: null } });
  await eventually(
    "the copy is gone",
    async () => (await secretOf("code", "code-secrets", "adminPassword")) === undefined,
  );
  await untilRunning("code");
  expect((await api.get(`${applications}/code/secrets`)).items).toEqual([{ field: "adminPassword" }]);
  await clone.git("pull", "-q", "--ff-only");
  expect(readdirSync(join(clone.folder, "applications/code"))).toEqual(["application.yaml"]);
});

test("a chart that takes the value itself gets it by Flux", async () => {
  await publishWordSite();
  const { version } = await give("word", "word", values.site, { name: "bp-word-site" });
  await api.post(applications, {
    name: "word",
    blueprint: { name: "bp-word-site" },
    secrets: { word: version },
  });
  await untilRunning("word");
  expect(await api.page("word.demo-dev")).toContain(values.site);
  const { objects } = await api.get(`${applications}/word/manifests`);
  expect(objects).toContain("secret-word-version-1");
});

describe("by a push", () => {
  const document = (name: string, spec: object) =>
    printYaml({
      apiVersion: "catalyst.openova.io/v1alpha1",
      kind: "Application",
      metadata: { name },
      spec,
    });
  const pin = async () => {
    const { releases } = await api.get("/blueprints/bp-gitea");
    const { version, digest } = releases[0];
    return { ...gitea, version, digest };
  };
  const external = (name: string, reference: object) =>
    printYaml({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: `${name}-secrets` },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: "bao-local" },
        target: { name: `${name}-secrets` },
        data: [reference],
      },
    });
  const push = async (name: string, spec: object, reference?: object) =>
    clone.push({
      [`applications/${name}/application.yaml`]: document(name, { blueprint: await pin(), ...spec }),
      ...(reference === undefined
        ? {}
        : { [`applications/${name}/secrets.yaml`]: external(name, reference) }),
    });

  test("the value is given by the API, and the answer says what to write", async () => {
    const { version, reference } = await give("forge", "adminPassword", values.pushed, gitea);
    const { code, text } = await push("forge", { secrets: { adminPassword: version } }, reference);
    expect(text).toContain("+ forge");
    expect(code).toBe(0);
    await untilRunning("forge");
    expect(await secretOf("forge", "forge-secrets", "adminPassword")).toBe(values.pushed);
  });

  test("a value in Git is refused, and the refusal says how it is given", async () => {
    const { code, text } = await push("bad", { config: { adminPassword: values.refused } });
    expect(code).not.toBe(0);
    expect(text).toMatch(/applications\/bad\/application\.yaml:\d+.*adminPassword/);
    expect(text).toContain("PUT /v1/environments/demo-dev/applications/bad/secrets/adminPassword");
    expect(text).not.toContain(values.refused);
  });

  test("27: a path of another Organization is refused with file, line and field", async () => {
    const remoteRef = { key: "org/other/env/dev/applications/x/y", property: "value", version: "1" };
    const reference = { secretKey: "adminPassword", remoteRef };
    const { code, text } = await push("bad", { secrets: { adminPassword: 1 } }, reference);
    expect(code).not.toBe(0);
    expect(text).toMatch(/applications\/bad\/secrets\.yaml:\d+.*spec\.data\[0\]\.remoteRef\.key/);
  });

  test("a version that isn't there is refused", async () => {
    const key = "org/demo/env/dev/applications/forge/adminPassword";
    const reference = { secretKey: "adminPassword", remoteRef: { key, property: "value", version: "9" } };
    const { code, text } = await push("forge", { secrets: { adminPassword: 9 } }, reference);
    expect(code).not.toBe(0);
    expect(text).toMatch(/applications\/forge\/secrets\.yaml:\d+.*version 9/);
  });
});

test("an Application whose value can't be read waits, and says for what", async () => {
  const path = "/clusters/demo-dev/api/v1/namespaces/applications/secrets/secret-store-token";
  const { text } = await kubernetes(sovereign, path, sovereign.token());
  const { data: right } = JSON.parse(text);
  const wrong = { token: Buffer.from("wrong").toString("base64") };
  await kubernetes(sovereign, path, sovereign.token(), { data: wrong });
  const { version } = await give("late", "adminPassword", values.late, gitea);
  await api.post(applications, { name: "late", blueprint: gitea, secrets: { adminPassword: version } });
  await eventually("late says what it waits for", async () => {
    const { phase, why } = await api.get(`${applications}/late/why`);
    return phase === "Pending" && why.label === "waiting" && /adminPassword \(version 1\)/.test(why.sentence);
  });
  await eventually("late says that it can't be read", async () => {
    const { conditions } = await api.get(`${applications}/late`);
    return conditions.some(({ type, reason }: Record<string, unknown>) => {
      return type === "Ready" && reason === "SecretNotReadable";
    });
  });
  await kubernetes(sovereign, path, sovereign.token(), { data: right });
  await untilRunning("late");
});

describe("what can't be given", () => {
  const refusal = (application: string, field: string, body: unknown) =>
    api.problem("PUT", `${applications}/${application}/secrets/${field}`, body);

  test.each([
    ["a field that is no password", "code", "title", { value: values.refused }, 404, "secret-field-unknown"],
    [
      "less than the schema asks for",
      "code",
      "adminPassword",
      { value: "short" },
      422,
      "secret-value-invalid",
    ],
    [
      "a value for nothing known",
      "new",
      "adminPassword",
      { value: values.refused },
      422,
      "secret-blueprint-invalid",
    ],
    [
      "another Blueprint's",
      "code",
      "adminPassword",
      { value: values.refused, blueprint: { name: "bp-mariadb" } },
      409,
      "name-taken",
    ],
    ["nothing", "code", "adminPassword", { value: "" }, 400, "request-invalid"],
    [
      "a value of no text",
      "code",
      "adminPassword",
      { value: { text: values.refused } },
      400,
      "request-invalid",
    ],
    [
      "a name that can't be one",
      "No",
      "adminPassword",
      { value: values.refused, blueprint: gitea },
      422,
      "application-name-invalid",
    ],
  ])("%s", async (_what, application, field, body, status, code) => {
    const problem = await refusal(application, field, body);
    expect(problem).toMatchObject({ status, code });
    expect(JSON.stringify(problem)).not.toContain(values.refused);
  });

  test("a body that isn't JSON isn't quoted", async () => {
    const answer = await fetch(`${sovereign.url}/v1${applications}/code/secrets/adminPassword`, {
      method: "PUT",
      headers: { authorization: `Bearer ${sovereign.token()}`, "content-type": "application/json" },
      body: `{"value": ${values.refused}`,
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain(values.refused);
  });

  test("so many that the one in use would be lost", async () => {
    for (let count = 2; count <= 10; count++) await give("forge", "adminPassword", `Uncommitted-${count}`);
    expect(await refusal("forge", "adminPassword", { value: values.refused })).toMatchObject({
      status: 409,
      code: "secret-versions-conflict",
    });
    expect(await secretOf("forge", "forge-secrets", "adminPassword")).toBe(values.pushed);
  });
});

test("27: the token of an Environment's cluster reads that Environment's values and does nothing else", async () => {
  const token = (await secretOf("applications", "secret-store-token", "token")) ?? "";
  const ask = async (method: string, path: string) => {
    const headers = { "x-vault-token": token, "content-type": "application/json" };
    const body = method === "POST" ? { body: JSON.stringify({ data: {} }) } : {};
    return (await fetch(`${sovereign.url}/vault/v1/secret/${path}`, { method, headers, ...body })).status;
  };
  const own = "org/demo/env/dev/applications/forge/adminPassword";
  expect(await ask("GET", `data/${own}?version=1`)).toBe(200);
  expect(await ask("GET", "data/org/demo/env/prod/applications/forge/adminPassword")).toBe(403);
  expect(await ask("GET", "data/org/other/env/dev/x")).toBe(403);
  expect(await ask("POST", `data/${own}`)).toBe(403);
  expect(await ask("DELETE", `metadata/${own}`)).toBe(403);
});

test("an Environment that is removed leaves no value to the next of its name", async () => {
  await api.post("/organizations/demo/environments", { type: "stg" });
  await eventually("it is ready", async () => (await api.get("/environments/demo-stg")).ready);
  const path = "/environments/demo-stg/applications/code/secrets/adminPassword";
  await api.put(path, { value: values.late, blueprint: gitea });
  const inStore = async () => {
    const key = "org/demo/env/stg/applications/code/adminPassword";
    const headers = { "x-vault-token": sovereign.token() };
    return (await fetch(`${sovereign.url}/vault/v1/secret/metadata/${key}`, { headers })).status;
  };
  expect(await inStore()).toBe(200);
  await api.delete("/environments/demo-stg");
  await eventually("it is gone", async () => (await api.status("/environments/demo-stg")) === 404);
  expect(await inStore()).toBe(404);
});

test("25: no value is anywhere but in the cluster's Secrets and the Application it is for", async () => {
  const answers: string[] = [];
  const headers = { authorization: `Bearer ${sovereign.token()}` };
  const read = async (path: string) => (await fetch(`${sovereign.url}/v1${path}`, { headers })).text();
  for (const name of ["code", "forge", "word", "late"]) {
    for (const part of ["", "/events", "/history", "/manifests", "/logs", "/secrets", "/why", "/pods"])
      answers.push(await read(`${applications}/${name}${part}`));
    for (const { id } of (await api.get(`${applications}/${name}/history`)).items)
      answers.push(await read(`${applications}/${name}/history/${id}`));
  }
  answers.push(await read("/audit"), await read("/environments/demo-dev/activity?limit=100"));
  answers.push(readFileSync(join(data, "catalyst.log"), "utf8"), sovereign.output());
  await clone.git("pull", "-q", "--ff-only");
  answers.push((await clone.git("log", "-p", "--all")).text);
  const objects = ["helm.toolkit.fluxcd.io/v2/helmreleases", "external-secrets.io/v1/externalsecrets"];
  for (const path of [...objects, "catalyst.openova.io/v1alpha1/applications", "events.k8s.io/v1/events"])
    answers.push((await kubernetes(sovereign, `/clusters/demo-dev/apis/${path}`, sovereign.token())).text);
  for (const value of Object.values(values))
    for (const text of answers)
      for (const form of [value, JSON.stringify(value).slice(1, -1), Buffer.from(value).toString("base64")])
        expect(text.includes(form)).toBe(false);
});

test("25: no value is in the event log, which the projection is made from", async () => {
  await sovereign.stop();
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(data, "store.db"), { readOnly: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'events%'")
    .all();
  expect(tables.length).toBeGreaterThan(0);
  for (const { name } of tables) {
    for (const row of database.prepare(`SELECT * FROM "${name}"`).all()) {
      for (const cell of Object.values(row)) {
        const text = cell instanceof Uint8Array ? Buffer.from(cell).toString("utf8") : String(cell);
        for (const value of Object.values(values)) expect(text.includes(value)).toBe(false);
      }
    }
  }
  database.close();
  expect(statSync(join(data, "keys/secrets")).mode & 0o077).toBe(0);
  sovereign = await startSovereign({ data, ports: sovereign.ports });
  api = new Calls(sovereign);
  await untilRunning("forge");
  expect(await secretOf("forge", "forge-secrets", "adminPassword")).toBe(values.pushed);
});
