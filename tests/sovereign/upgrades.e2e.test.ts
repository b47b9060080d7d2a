import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { Clone } from "./git.ts";
import { type Edits, publishRelease } from "./releases.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/**
 * Applications move between published versions of their Blueprint: up, down and back, by API and by push. A way
 * that isn't open is refused; what fails is told in one sentence, and the next commit that puts it right is enough.
 */
let sovereign: Sovereign;
let api: Calls;
let clone: Clone;

const applications = "/environments/demo-dev/applications";
const document = (name: string) => `applications/${name}/application.yaml`;
const view = (name: string) => api.get(`${applications}/${name}`);
const shows = (text: string) =>
  eventually(`the page shows ${text}`, async () => (await api.page("site.demo-dev")).includes(text));
const runs = (name: string, version: string) =>
  eventually(`${name} runs ${version}`, async () => {
    const { phase, applied, blueprint } = await view(name);
    return phase === "Running" && applied?.version === version && blueprint.version === version;
  });
const move = (name: string, version: string) =>
  api.patch(`${applications}/${name}`, { blueprint: { version } });
const refused = (name: string, version: string) =>
  api.problem("PATCH", `${applications}/${name}`, { blueprint: { version } });

async function digestOf(blueprint: string, version: string): Promise<string> {
  const { releases } = await api.get(`/blueprints/${blueprint}`);
  return releases.find((release: { version: string }) => release.version === version).digest;
}

/** Edits the version and digest of an Application as somebody with an editor would. */
async function pushVersion(name: string, blueprint: string, version: string) {
  await clone.git("pull", "-q", "--ff-only");
  const text = readFileSync(join(clone.folder, document(name)), "utf8");
  const digest = await digestOf(blueprint, version);
  const edited = text
    .replace(/digest: .*/, `digest: ${digest}`)
    .replace(/^( {4}version: ).*/m, `$1${version}`);
  return clone.push({ [document(name)]: edited }, `Move ${name} to ${version}`);
}

beforeAll(async () => {
  sovereign = await startSovereign();
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  clone = await Clone.make(sovereign, "demo/demo-dev", "admin", sovereign.token());
}, 120_000);

afterAll(async () => {
  clone.remove();
  await sovereign.stop();
  rmSync(join(sovereign.data, ".."), { recursive: true, force: true });
});

describe("between versions that lead to each other", () => {
  beforeAll(async () => {
    await publishRelease(sovereign, "static-site", "1.0.2", {
      "chart/templates/_page.tpl": (page) => page.replace("</title>", "</title><!-- the next one -->"),
    });
    await api.post(applications, {
      name: "site",
      blueprint: { name: "bp-static-site", version: "1.0.1" },
      config: { title: "Mine" },
    });
    await runs("site", "1.0.1");
  });

  test("by the API, up and down", async () => {
    const { plan } = await move("site", "1.0.2");
    expect(plan.applications).toMatchObject([
      { name: "site", previous: { version: "1.0.1" }, blueprint: { version: "1.0.2" } },
    ]);
    await runs("site", "1.0.2");
    await shows("the next one");
    await move("site", "1.0.1");
    await runs("site", "1.0.1");
    expect(await api.page("site.demo-dev")).not.toContain("the next one");
  });

  test("by a push, up and down", async () => {
    expect((await pushVersion("site", "bp-static-site", "1.0.2")).text).toContain("1.0.2");
    await runs("site", "1.0.2");
    await shows("the next one");
    expect((await pushVersion("site", "bp-static-site", "1.0.1")).code).toBe(0);
    await runs("site", "1.0.1");
  });

  test("back by a rollback, which keeps the history", async () => {
    await move("site", "1.0.2");
    await runs("site", "1.0.2");
    const { items: before } = await api.get(`${applications}/site/history`);
    await api.post(`${applications}/site/actions/rollback`, { commit: before[1].id });
    await runs("site", "1.0.1");
    const { items: after } = await api.get(`${applications}/site/history`);
    expect(after.slice(1)).toEqual(before);
  });
});

describe("a way that isn't open is refused", () => {
  const head = async () => (await clone.git("ls-remote", "origin", "main")).text.slice(0, 40);

  beforeAll(() =>
    publishRelease(sovereign, "static-site", "1.1.0", {
      "blueprint.yaml": (text) =>
        text.replace(
          /upgrades:\n.*/,
          `upgrades:
    from: [">=1.0.2 <1.1.0"]
    migrations: [{ to: 1.1.0, reversible: false, description: pages were merged }]`,
        ),
    }),
  );

  test("by the API, with the way that is open", async () => {
    const before = await head();
    expect(await refused("site", "1.1.0")).toMatchObject({
      status: 422,
      plan: { problems: [{ code: "upgrade-path" }] },
      field: "spec.blueprint.version",
      title: expect.stringMatching(/^site can't be upgraded from 1\.0\.1 to 1\.1\.0: /),
      hint: "Upgrade to 1.0.2 first.",
    });
    expect(await head()).toBe(before);
  });

  test("to a push, with file and line", async () => {
    const before = await head();
    const { code, text } = await pushVersion("site", "bp-static-site", "1.1.0");
    expect(code).not.toBe(0);
    expect(text).toMatch(/applications\/site\/application\.yaml:\d+: .*can't be upgraded from 1\.0\.1/);
    expect(text).toContain("Upgrade to 1.0.2 first");
    expect(await head()).toBe(before);
  });

  test("back over a migration that can't be undone", async () => {
    for (const version of ["1.0.2", "1.1.0"]) {
      await move("site", version);
      await runs("site", version);
    }
    const { items } = await api.get(`${applications}/site/history`);
    const problem = { status: 422, plan: { problems: [{ code: "migration-irreversible" }] } };
    expect(await refused("site", "1.0.2")).toMatchObject(problem);
    expect(
      await api.problem("POST", `${applications}/site/actions/rollback`, { commit: items[1].id }),
    ).toMatchObject(problem);
  });
});

/** A chart whose Pods the simulated node lets fail. */
const failing = (failure: string): Edits => ({
  "chart/templates/statefulset.yaml": (text) =>
    text.replace(
      "  template:\n    metadata:\n",
      `  template:\n    metadata:\n      annotations:\n        catalyst.openova.io/simulate: ${failure}\n`,
    ),
});

/** A chart with a Job before each upgrade, which fails. */
const failingHook: Edits = {
  "chart/templates/service.yaml": (text) => `${text}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-prepare
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "mariadb.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: pre-upgrade
spec:
  backoffLimit: 0
  template:
    metadata:
      labels:
        {{- include "mariadb.labels" . | nindent 8 }}
      annotations:
        catalyst.openova.io/simulate: crash
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      containers:
        - name: prepare
          image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`,
};

describe("an upgrade that fails says so in one sentence, and the next commit is enough", () => {
  test.each([
    ["an image that can't be pulled", "1.0.1", failing("pull-error"), /image .* can't be pulled/],
    ["a container that crashes", "1.0.2", failing("crash"), /Container mariadb of db-0 keeps crashing/],
    ["a Pod that never gets ready", "1.0.3", failing("never-ready"), /^0 of 1 Pods are ready/],
    ["a hook that fails", "1.0.4", failingHook, /hook|Job db-prepare|prepare/],
  ])(
    "%s",
    async (_name, version, edits, sentence) => {
      await publishRelease(sovereign, "mariadb", version, edits);
      if ((await api.status(`${applications}/db`)) === 404) {
        await api.post(applications, { name: "db", blueprint: { name: "bp-mariadb", version: "1.0.0" } });
      }
      await runs("db", "1.0.0");
      await move("db", version);
      await eventually("the Application says what is wrong", async () => {
        const { phase, why } = await view("db");
        return phase !== "Running" && sentence.test(why?.sentence ?? "");
      });
      const { why } = await view("db");
      expect(why.sentence).toMatch(/^[A-Z0-9][^\n]*\.$/);
      await move("db", "1.0.0");
      await runs("db", "1.0.0");
      expect((await view("db")).pods).toEqual({ ready: 1, wanted: 1 });
    },
    120_000,
  );
});
