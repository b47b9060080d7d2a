import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browserObstacle, Visitor } from "../scenarios/visitor.ts";
import { Calls, eventually } from "./calls.ts";
import { addressOf, Clone, git } from "./git.ts";
import { kubernetes } from "./kubernetes.ts";
import { launcher, type Sovereign, startSovereign } from "./sovereign.ts";

/**
 * One Sovereign's life by its API, by Git, by the console and by kubectl: the same change is the same commit and
 * the same result.
 */
const data = join(mkdtempSync(join(tmpdir(), "catalyst-surfaces-")), "data");
const kubectl = [join(homedir(), ".cache/catalyst-lab/bin/kubectl"), "/usr/bin/kubectl"].find(existsSync);
const run = promisify(execFile);

let sovereign: Sovereign;
let api: Calls;
let clone: Clone;

const applications = "/environments/demo-dev/applications";
const document = "applications/site/application.yaml";
const phaseOf = async (name: string) => (await api.get(`${applications}/${name}`)).phase;
const untilRunning = (name: string) =>
  eventually(`${name} is Running`, async () => (await phaseOf(name)) === "Running");
const untilGone = (path: string) =>
  eventually(`${path} is gone`, async () => (await api.status(path)) === 404);
const shows = (title: string) =>
  eventually(`the page shows ${title}`, async () =>
    (await api.page("site.demo-dev")).includes(`<title>${title}</title>`),
  );

async function pull(): Promise<string> {
  await clone.git("pull", "-q", "--ff-only");
  return (await clone.git("rev-parse", "HEAD^{tree}")).text.trim();
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
  rmSync(join(data, ".."), { recursive: true, force: true });
});

/** What a surface left behind at one moment: the repository's tree and what is in the cluster. */
interface Trace {
  readonly tree: string;
  readonly objects: unknown;
}

/** What an install, a change and a removal leave behind. */
interface Traces {
  readonly installed: Trace;
  readonly changed: Trace;
  readonly removed: string;
}

const kinds = [
  "apis/catalyst.openova.io/v1alpha1/namespaces/applications/applications",
  "apis/helm.toolkit.fluxcd.io/v2/namespaces/applications/helmreleases",
  "apis/source.toolkit.fluxcd.io/v1/namespaces/applications/ocirepositories",
  "api/v1/namespaces/site/configmaps",
  "apis/networking.k8s.io/v1/namespaces/site/ingresses",
];

/** What is wanted of every object of `site`, without what differs from one making to the next. */
async function objectsOfSite(): Promise<unknown> {
  return Promise.all(
    kinds.map(async (kind) => {
      const path = `/clusters/demo-dev/${kind}`;
      const { items } = JSON.parse((await kubernetes(sovereign, path, sovereign.token())).text);
      return items
        .filter(({ metadata }: KubeObject) => metadata.name.startsWith("site"))
        .map(({ metadata: { name, labels }, spec, data }: KubeObject) => ({ name, labels, spec, data }));
    }),
  );
}

const trace = async (): Promise<Trace> => ({ tree: await pull(), objects: await objectsOfSite() });

/** The author and message of the newest commits, which the API and the console write alike. */
async function newestCommits(count: number): Promise<string> {
  return (await clone.git("log", `-${count}`, "--format=%an <%ae>: %s")).text;
}

async function install(title: string): Promise<void> {
  await api.post(applications, { name: "site", blueprint: { name: "bp-static-site" }, config: { title } });
  await untilRunning("site");
  await shows(title);
}

async function remove(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await api.delete(`${applications}/${name}`);
    await untilGone(`${applications}/${name}`);
  }
}

async function byApi(): Promise<Traces> {
  await install("One");
  const installed = await trace();
  await api.patch(`${applications}/site`, { config: { title: "Two" } });
  await shows("Two");
  const changed = await trace();
  await remove("site");
  return { installed, changed, removed: await pull() };
}

async function byPush(text: string): Promise<Traces> {
  const { text: printed } = await clone.push({ [document]: text });
  expect(printed).toContain("+ site");
  await untilRunning("site");
  await shows("One");
  const installed = await trace();
  await clone.push({ [document]: text.replace("One", "Two") });
  await shows("Two");
  const changed = await trace();
  await clone.push({ [document]: undefined });
  await untilGone(`${applications}/site`);
  return { installed, changed, removed: await pull() };
}

async function byConsole(visitor: Visitor): Promise<Traces> {
  await visitor.open((await api.post("/sign-in-links")).url);
  await visitor.expect("Nothing is installed here yet");
  await visitor.open("/install/bp-static-site");
  await visitor.fill("Name", "site");
  await visitor.fill("Title", "One");
  await visitor.click("button", "Install");
  await untilRunning("site");
  await shows("One");
  const installed = await trace();
  await visitor.click("link", "Settings");
  await visitor.fill("Title", "Two");
  await visitor.click("button", "Save");
  await shows("Two");
  const changed = await trace();
  await visitor.click("button", "Remove");
  await visitor.click("button", "Remove");
  await untilGone(`${applications}/site`);
  return { installed, changed, removed: await pull() };
}

test("an install, a change and a removal are the same by API and by push", async () => {
  const empty = await pull();
  const expected = await byApi();
  expect(expected.installed.tree).not.toBe(expected.changed.tree);
  expect(expected.removed).toBe(empty);
  const text = (await clone.git("show", `HEAD~2:${document}`)).text;
  expect(await byPush(text)).toEqual(expected);
});

test.skipIf(browserObstacle !== undefined)(
  `an install, a change and a removal are the same by API and by console${browserObstacle === undefined ? "" : ` (${browserObstacle}: skipped)`}`,
  async () => {
    const expected = await byApi();
    const commits = await newestCommits(3);
    await api.post(applications, { name: "wordpress", blueprint: { name: "bp-wordpress" } });
    await untilRunning("wordpress");
    const unchosen = await pull();
    await remove("wordpress", "wordpress-db");
    const visitor = await Visitor.start(sovereign.url);
    try {
      expect(await byConsole(visitor)).toEqual(expected);
      expect(await newestCommits(3)).toBe(commits);
      await visitor.open("/install/bp-wordpress");
      await visitor.click("button", "Install");
      await untilRunning("wordpress");
      expect(await pull()).toBe(unchosen);
      await remove("wordpress", "wordpress-db");
    } finally {
      await visitor.close();
    }
  },
  60_000,
);

test("rollback, pause, resume and retry", async () => {
  await install("One");
  await api.patch(`${applications}/site`, { config: { title: "Two" } });
  await shows("Two");
  const { items } = await api.get(`${applications}/site/history`);
  await api.post(`${applications}/site/actions/rollback`, { commit: items[1].id });
  await shows("One");
  await api.post(`${applications}/site/actions/pause`);
  await eventually("it is paused", async () => (await api.get(`${applications}/site`)).suspended);
  await api.patch(`${applications}/site`, { config: { title: "While paused" } });
  await api.post(`${applications}/site/actions/resume`);
  await shows("While paused");
  await untilRunning("site");
  expect((await api.post(`${applications}/site/actions/retry`)).message).toMatch(/site/);
});

test("secret values are nowhere but in their Secrets", async () => {
  await api.post(applications, { name: "blog", blueprint: { name: "bp-wordpress" } });
  await untilRunning("blog");
  const { items } = JSON.parse(
    (await kubernetes(sovereign, "/clusters/demo-dev/api/v1/secrets", sovereign.token())).text,
  );
  const isPassword = ([key, value]: [string, string]) => /password/i.test(key) && value.length > 15;
  const passwords = items
    .filter((secret: { metadata: { namespace: string } }) => /^blog/.test(secret.metadata.namespace))
    .flatMap(({ data: values }: { data?: Record<string, string> }) =>
      Object.entries(values ?? {}).filter(isPassword),
    )
    .map(([, value]: [string, string]) => Buffer.from(value, "base64").toString());
  expect(passwords.length).toBeGreaterThan(0);
  const answers = [];
  for (const name of ["blog", "blog-db"])
    for (const part of ["", "/events", "/history", "/manifests", "/logs"])
      answers.push(JSON.stringify(await answerOf(`${applications}/${name}${part}`)));
  const texts = [...answers, readFileSync(join(data, "catalyst.log"), "utf8"), sovereign.output()];
  await pull();
  texts.push((await clone.git("log", "-p")).text);
  for (const secret of [...passwords, sovereign.token()])
    for (const text of texts)
      for (const form of [secret, Buffer.from(secret).toString("base64")])
        expect(text.includes(form)).toBe(false);
});

async function answerOf(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${sovereign.token()}` };
  return (await fetch(`${sovereign.url}/v1${path}`, { headers })).text();
}

test("what something depends on can't go before it, and goes with it or after", async () => {
  expect(await api.problem("DELETE", `${applications}/blog-db`)).toMatchObject({
    status: 422,
    title: expect.stringMatching(/blog/),
  });
  await remove("blog", "blog-db");
});

test("a restart shows the same", async () => {
  const look = async () => ({
    application: await api.get(`${applications}/site`),
    history: await api.get(`${applications}/site/history`),
    environment: await api.get("/environments/demo-dev"),
    organizations: await api.get("/organizations"),
  });
  await untilRunning("site");
  const before = await look();
  await sovereign.stop();
  sovereign = await startSovereign({ data, ports: sovereign.ports });
  api = new Calls(sovereign);
  await untilRunning("site");
  const { version: _before, ...was } = before.application;
  const { version: _after, ...is } = (await look()).application;
  expect(is).toEqual(was);
  expect((await look()).history).toEqual(before.history);
});

test.skipIf(kubectl === undefined)("kubectl sees it, by the kubeconfig that is printed", async () => {
  const words = ["kubeconfig", "--data", data, "--cluster", "demo-dev"];
  const file = join(data, "..", "kubeconfig");
  writeFileSync(file, (await run(launcher, words)).stdout);
  const { stdout } = await run(kubectl ?? "", [
    "--kubeconfig",
    file,
    "-n",
    "applications",
    "get",
    "applications",
    "site",
    "-o",
    "name",
  ]);
  expect(stdout).toContain("/site");
});

test("a kubeconfig of a cluster that isn't there is refused", async () => {
  const words = ["kubeconfig", "--data", data, "--cluster", "demo-prod"];
  const refused = await run(launcher, words).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect((refused as { readonly stderr: string }).stderr).toMatch(
    /there is no cluster "demo-prod"[\s\S]*This Sovereign has management, demo-dev\./,
  );
});

test("the Sovereign's own document is applied, and what it asks for in vain is told", async () => {
  const ready = async () => {
    const { conditions } = await api.get("/sovereign");
    return conditions.find((condition: { type: string }) => condition.type === "Ready");
  };
  await eventually("it is Ready", async () => (await ready())?.status === "True");
  const system = await Clone.make(sovereign, "system/catalyst-config", "admin", sovereign.token());
  try {
    const text = readFileSync(join(system.folder, "sovereign.yaml"), "utf8");
    const invalid = await system.push({ "sovereign.yaml": text.replace("domain:", "domian:") });
    expect(invalid.code).not.toBe(0);
    expect(invalid.text).toMatch(/sovereign\.yaml:\d+.*domain/);
    const unseen = await system.push({ "role.yaml": "kind: ClusterRoleBinding\n" });
    expect(unseen.text).toMatch(/role\.yaml.*no file of this name/);
    await system.push({ "sovereign.yaml": text.replace("localhost", "example.org") });
    await eventually("it says so", async () => (await ready())?.reason === "DomainNotServed");
    expect((await api.get("/sovereign")).domain).toBe("localhost");
    await system.push({ "sovereign.yaml": text });
    await eventually("it is Ready again", async () => (await ready())?.status === "True");
    expect((await api.get("/organizations")).items).toHaveLength(1);
  } finally {
    system.remove();
  }
});

test("an Environment and an Organization come and go with everything of theirs", async () => {
  await api.post("/organizations", { name: "acme", members: [] });
  await eventually("acme is there", async () => (await api.status("/organizations/acme")) === 200);
  await api.post("/organizations/acme/environments", { type: "stg" });
  await eventually("its Environment is ready", async () => (await api.get("/environments/acme-stg")).ready);
  await api.post("/environments/acme-stg/applications", {
    name: "site",
    blueprint: { name: "bp-static-site" },
  });
  await eventually(
    "site is Running there",
    async () => (await api.get("/environments/acme-stg/applications/site")).phase === "Running",
  );
  expect(await api.problem("DELETE", "/organizations/acme")).toMatchObject({
    status: 409,
    title: "acme still has acme-stg",
  });
  await api.delete("/environments/acme-stg");
  await untilGone("/environments/acme-stg");
  const repository = addressOf(sovereign, "acme/acme-stg", "admin", sovereign.token());
  await eventually(
    "its repository is gone",
    async () => (await git("/", "ls-remote", repository)).code !== 0,
  );
  const cluster = "/clusters/acme-stg/api/v1/namespaces";
  await eventually(
    "its cluster is gone",
    async () => (await kubernetes(sovereign, cluster, sovereign.token())).status === 404,
  );
  expect((await api.get("/organizations/acme")).environments).toEqual([]);
  const audited = (await api.get("/audit")).items.filter(
    ({ environment }: { environment?: string }) => environment === "acme-stg",
  );
  expect(audited.map(({ action }: { action: string }) => action)).toEqual([
    "remove-environment",
    "install",
    "create-environment",
  ]);
  await api.delete("/organizations/acme");
  await untilGone("/organizations/acme");
  expect(readdirSync(join(data, "git")).join()).not.toContain("acme");
});
