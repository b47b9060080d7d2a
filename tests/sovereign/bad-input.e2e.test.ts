import { rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { addressOf, Clone, git } from "./git.ts";
import { kubernetes } from "./kubernetes.ts";
import { addPeople, callsWith, type Person } from "./people.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** Whatever is wrong with what somebody gives: it is told in a sentence, with its place, and nothing changes. */
let sovereign: Sovereign;
let api: Calls;
let people: Readonly<Record<"dana" | "olga" | "otto", Person>>;
let admins: Clone;
let danas: Clone;
const clones: Clone[] = [];

const applications = "/environments/demo-dev/applications";
const head = () => admins.git("ls-remote", "origin", "main").then(({ text }) => text.slice(0, 40));

const systemHead = () => {
  const address = addressOf(sovereign, "system/catalyst-config", "admin", sovereign.token());
  return git("/", "ls-remote", address, "main").then(({ text }) => text.slice(0, 40));
};

beforeAll(async () => {
  const first = await startSovereign();
  await first.kill();
  people = await addPeople(first.data, ["dana", "olga", "otto"]);
  sovereign = await startSovereign({ data: first.data });
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  const { dana, olga } = people;
  const members = [
    { user: "admin", role: "org-admin" },
    { user: "dana", role: "org-developer" },
  ];
  // it comes by a commit, after the Sovereign answers
  await eventually("demo is there", async () => (await api.status("/organizations/demo")) === 200);
  await api.patch("/organizations/demo", { members });
  await api.post("/organizations", { name: "other", members: [{ user: "olga", role: "org-admin" }] });
  await eventually(
    "the Organization is there",
    async () => (await api.status("/organizations/other")) === 200,
  );
  await api.post("/organizations/other/environments", { type: "dev" });
  await eventually("its Environment is ready", async () => (await api.get("/environments/other-dev")).ready);
  await api.post(applications, { name: "site", blueprint: { name: "bp-static-site" } });
  await eventually(
    "site is Running",
    async () => (await api.get(`${applications}/site`)).phase === "Running",
  );
  admins = await Clone.make(sovereign, "demo/demo-dev", "admin", sovereign.token());
  danas = await Clone.make(sovereign, "demo/demo-dev", dana.user, dana.write);
  clones.push(admins, danas, await Clone.make(sovereign, "other/other-dev", olga.user, olga.write));
}, 120_000);

afterAll(async () => {
  for (const clone of clones) clone.remove();
  await sovereign.stop();
  rmSync(join(sovereign.data, ".."), { recursive: true, force: true });
});

describe("what the API refuses", () => {
  const install = (fields: object) => ["POST", applications, { name: "new", ...fields }] as const;
  const site = { blueprint: { name: "bp-static-site" } };

  test.each([
    [
      "an unknown Blueprint",
      install({ blueprint: { name: "bp-none" } }),
      422,
      "blueprint",
      /no Blueprint bp-none/,
    ],
    [
      "a version nobody made",
      install({ blueprint: { name: "bp-static-site", version: "^99" } }),
      422,
      "blueprint",
      /\^99.*1\.0\.1/,
    ],
    [
      "what isn't a version",
      install({ blueprint: { name: "bp-static-site", version: "newest!" } }),
      422,
      "blueprint.version",
      /"newest!" is not a version range/,
    ],
    [
      "config of the wrong type",
      install({ ...site, config: { title: 5 } }),
      422,
      "spec.config.title",
      /text|string/,
    ],
    [
      "config nobody reads",
      install({ ...site, config: { tilte: "Hi" } }),
      422,
      "spec.config.tilte",
      /tilte|not/,
    ],
    ["an unknown size", install({ ...site, size: "huge" }), 422, "spec.size", /huge|size/],
    ["a name that is none", install({ ...site, name: "My Site" }), 422, "name", /"My Site"/],
    [
      "a name that is taken",
      install({ ...site, name: "site" }),
      409,
      "name",
      /already has an Application "site"/,
    ],
    ["no Blueprint at all", install({}), 422, "blueprint", /needs a Blueprint/],
    ["a field of the wrong type", install({ ...site, name: 5 }), 400, "name", /string/],
    [
      "an Organization's name that is taken",
      ["POST", "/organizations", { name: "demo" }],
      409,
      "name",
      /already/,
    ],
    [
      "an Organization's name that is reserved",
      ["POST", "/organizations", { name: "system" }],
      422,
      "name",
      /reserved/,
    ],
    [
      "an Environment that is there",
      ["POST", "/organizations/demo/environments", { type: "dev" }],
      409,
      "type",
      /already/,
    ],
    ["a misspelt field", install({ ...site, confg: { title: "Hi" } }), 400, "confg", /confg/],
    [
      "a misspelt field of a change",
      ["PATCH", `${applications}/site`, { sise: "large" }],
      400,
      "sise",
      /sise/,
    ],
    [
      "a query the route doesn't know",
      ["POST", "/tokens?dryRun=true", { name: "ci" }],
      400,
      "dryRun",
      /dryRun/,
    ],
    [
      "an Organization that has Environments",
      ["DELETE", "/organizations/other"],
      409,
      undefined,
      /still has other-dev/,
    ],
    [
      "an unknown type of Environment",
      ["POST", "/organizations/demo/environments", { type: "x" }],
      400,
      "type",
      /type/,
    ],
  ] as const)("%s", async (_name, [method, path, body], status, field, title) => {
    const before = await head();
    const problem = await api.problem(method, path, body);
    expect(problem).toMatchObject({ status, title: expect.stringMatching(title) });
    expect(problem.field).toBe(field);
    expect(problem.title).not.toMatch(/undefined|\[object|Error:/);
    expect(await head()).toBe(before);
  });

  test.each<[string, string, object?]>([
    ["POST", "/organizations", { name: "acme" }],
    ["PATCH", "/organizations/demo", { displayName: "Other" }],
    ["POST", "/organizations/demo/members", { user: "new", role: "org-viewer" }],
    ["DELETE", "/organizations/demo/members/dana"],
    ["POST", "/organizations/demo/environments", { type: "stg" }],
    ["PATCH", "/environments/demo-dev", { displayName: "Other" }],
    ["DELETE", "/environments/demo-dev"],
    ["POST", applications, { name: "new", ...site }],
    ["PATCH", `${applications}/site`, { config: { title: "Other" } }],
    ["DELETE", `${applications}/site`],
  ])("nothing when it is only tried: %s %s", async (method, path, body) => {
    const heads = () => Promise.all([head(), systemHead()]);
    const before = await heads();
    const answer = await api.send(method, `${path}?dryRun=true`, body);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { files: unknown }).files).not.toEqual([]);
    expect(await heads()).toEqual(before);
  });

  test("what isn't JSON", async () => {
    const answer = await fetch(`${sovereign.url}/v1${applications}`, {
      method: "POST",
      headers: { authorization: `Bearer ${sovereign.token()}`, "content-type": "application/json" },
      body: "{name:",
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "request-invalid" });
  });

  test("a wrong token, and none", async () => {
    for (const token of ["nonsense", "catalyst_000000000000_00000000000000000000000000000000"]) {
      expect(await callsWith(sovereign, token).problem("GET", "/me")).toMatchObject({ status: 401 });
      expect(
        (await git("/", "ls-remote", addressOf(sovereign, "demo/demo-dev", "admin", token))).code,
      ).not.toBe(0);
    }
    expect((await fetch(`${sovereign.url}/v1/me`)).status).toBe(401);
  });

  test("a Host that isn't ours", async () => {
    const port = Number(new URL(sovereign.url).port);
    for (const host of ["evil.example", `evil.example:${port}`, "localhost:1"]) {
      const status = await new Promise((resolve, reject) =>
        request({ host: "127.0.0.1", port, path: "/v1/me", headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end(),
      );
      expect(status, host).toBe(421);
    }
  });
});

describe("what a push is refused for", () => {
  const document = (spec: string) =>
    `apiVersion: catalyst.openova.io/v1alpha1\nkind: Application\nmetadata:\n  name: new\nspec:\n${spec}`;
  const path = "applications/new/application.yaml";
  const pinned = async () => {
    const { blueprint } = await api.get(`${applications}/site`);
    return `  blueprint:\n    name: ${blueprint.name}\n    version: ${blueprint.version}\n    digest: ${blueprint.digest}\n`;
  };

  test.each([
    [
      "YAML that can't be read",
      async () => "apiVersion: v1\nkind: [\n",
      /applications\/new\/application\.yaml:[23]/,
    ],
    [
      "config of the wrong type",
      async () => document(`${await pinned()}  config:\n    title: 5\n`),
      /:11.*title/,
    ],
    [
      "config nobody reads",
      async () => document(`${await pinned()}  config:\n    tilte: Hi\n`),
      /:11.*tilte/,
    ],
    [
      "an unknown Blueprint",
      async () => document((await pinned()).replace("bp-static-site", "bp-none")),
      /applications\/new\/application\.yaml:\d+.*bp-none/,
    ],
    [
      "a version nobody made",
      async () => document((await pinned()).replace("1.0.1", "9.9.9")),
      /applications\/new\/application\.yaml:\d+.*9\.9\.9/,
    ],
    [
      "a name that isn't its folder's",
      async () => document(await pinned()).replace("name: new", "name: old"),
      /applications\/new\/application\.yaml:4.*new/,
    ],
  ])("%s", async (_name, text, said) => {
    const before = await head();
    const { code, text: answer } = await admins.push({ [path]: await text() });
    expect(code).not.toBe(0);
    expect(answer).toMatch(said);
    expect(answer).toContain("nothing was changed");
    expect(await head()).toBe(before);
  });

  test("the catalog, by anyone", async () => {
    for (const [user, token] of [
      ["admin", sovereign.token()],
      ["dana", people.dana.write],
    ] as const) {
      const answer = await admins.git(
        "push",
        addressOf(sovereign, "catalog/blueprints", user, token),
        "HEAD:main",
      );
      expect(answer.code, user).not.toBe(0);
    }
  });

  test("the Sovereign's configuration, by an Organization's member", async () => {
    const address = addressOf(sovereign, "system/catalyst-config", "dana", people.dana.write);
    expect((await git("/", "ls-remote", address)).text).toMatch(/not found/i);
    expect((await danas.git("push", address, "HEAD:main")).code).not.toBe(0);
  });

  test("policy.yaml, by a developer", async () => {
    const { code, text } = await danas.push({ "policy.yaml": "spec: {}\n" });
    expect(code).not.toBe(0);
    expect(text).toMatch(/policy\.yaml.*dana may not change it/);
  });

  test("21: two refs of which one is forbidden", async () => {
    await danas.git("pull", "-q");
    await danas.git("checkout", "-q", "-b", "idea");
    await danas.commit({ "policy.yaml": "spec: {}\n" });
    const before = await head();
    const { code, text } = await danas.git("push", "origin", "HEAD:idea", "HEAD:main");
    expect(code).not.toBe(0);
    expect(text).toMatch(/policy\.yaml/);
    expect(await head()).toBe(before);
    await danas.git("checkout", "-q", "main");
  });

  test("a token that only reads", async () => {
    const reading = await Clone.make(sovereign, "demo/demo-dev", "dana", people.dana.read);
    clones.push(reading);
    const { code } = await reading.push({ "notes.md": "Hi\n" });
    expect(code).not.toBe(0);
  });
});

describe("what a plan says beforehand", () => {
  test("41: a host name that another Application has, by the API and by a push", async () => {
    const ingress = "/clusters/demo-dev/apis/networking.k8s.io/v1/namespaces/site/ingresses/site";
    const { text } = await kubernetes(sovereign, ingress, sovereign.token());
    const { rules } = JSON.parse(text).spec;
    const taken = { ...rules[0], host: "taken.demo-dev.localhost" };
    await kubernetes(sovereign, ingress, sovereign.token(), { spec: { rules: [...rules, taken] } });
    const wish = { name: "taken", blueprint: { name: "bp-static-site" } };
    const before = await head();
    const refused = await api.problem("POST", applications, wish);
    expect(refused).toMatchObject({
      status: 422,
      title: "taken wants taken.demo-dev.localhost, which belongs to site of this Environment",
    });
    expect(refused.plan.preflight).toContainEqual(expect.objectContaining({ status: "failed" }));
    const document = "applications/site/application.yaml";
    await admins.git("pull", "-q");
    const copied = (await admins.git("show", `HEAD:${document}`)).text.replace("name: site", "name: taken");
    const push = await admins.push({ "applications/taken/application.yaml": copied });
    expect(push.text).toMatch(
      /applications\/taken\/application\.yaml: taken wants taken\.demo-dev\.localhost/,
    );
    expect(await head()).toBe(before);
    const { preflight } = await api.post(`${applications}?dryRun=true`, { ...wish, name: "free" });
    expect(preflight).toEqual([
      { name: "host names", status: "ok", message: "free.demo-dev.localhost is free." },
    ]);
  });

  test("rules of the policy that nobody enforces", async () => {
    const text = "kind: EnvironmentPolicy\nspec:\n  rules:\n    - kind: soak\n";
    const { text: said } = await admins.push({ "policy.yaml": text });
    expect(said).toMatch(/Rule soak of policy\.yaml isn't enforced yet/);
    expect(said).toMatch(/policy\.yaml: admin may change it/);
    const wish = { name: "new", blueprint: { name: "bp-static-site" } };
    const { warnings, policy } = await api.post(`${applications}?dryRun=true`, wish);
    expect(warnings).toEqual(["Rule soak of policy.yaml isn't enforced yet."]);
    expect(policy).toEqual({ verdict: "allowed", rules: [] });
  });
});

describe("another Organization's Environment isn't there", () => {
  test.each([
    ["GET", ""],
    ["PATCH", "", { displayName: "Mine" }],
    ["DELETE", ""],
    ["GET", "/activity"],
    ["GET", "/applications"],
    ["POST", "/applications", { name: "x", blueprint: { name: "bp-static-site" } }],
    ["POST", "/plan", { changes: [{ name: "x", blueprint: { name: "bp-static-site" } }] }],
    ["GET", "/applications/site"],
    ["PATCH", "/applications/site", { config: {} }],
    ["DELETE", "/applications/site"],
    ["GET", "/applications/site/why"],
    ["GET", "/applications/site/events"],
    ["GET", "/applications/site/history"],
    ["GET", "/applications/site/manifests"],
    ["GET", "/applications/site/logs"],
    ["POST", "/applications/site/actions/pause"],
    ["POST", "/applications/site/actions/retry"],
  ] as const)("%s %s", async (method, path, body?: object) => {
    const own = await callsWith(sovereign, people.olga.write);
    const problem = await own.problem(method, `/environments/demo-dev${path}`, body);
    expect(problem).toMatchObject({ status: 404, title: 'there is no Environment "demo-dev"' });
    const none = await own.problem(method, `/environments/none-dev${path}`, body);
    expect({ ...none, title: "" }).toEqual({ ...problem, title: "" });
  });

  test("to the stream", async () => {
    const own = callsWith(sovereign, people.olga.write);
    expect(await own.status("/stream?environment=demo-dev")).toBe(404);
    expect(await own.status("/stream?environment=none-dev")).toBe(404);
  });

  test("to the Kubernetes port", async () => {
    const ask = (cluster: string) =>
      kubernetes(sovereign, `/clusters/${cluster}/api/v1/namespaces`, people.olga.write);
    const [refused, missing, own] = [await ask("demo-dev"), await ask("none-dev"), await ask("other-dev")];
    expect(own.status).toBe(200);
    expect(refused.status).toBe(404);
    expect(refused.text.replaceAll("demo-dev", "none-dev")).toBe(missing.text);
  });

  test("to git", async () => {
    const refused = await git(
      "/",
      "ls-remote",
      addressOf(sovereign, "demo/demo-dev", "olga", people.olga.write),
    );
    const missing = await git(
      "/",
      "ls-remote",
      addressOf(sovereign, "none/none-dev", "olga", people.olga.write),
    );
    expect(refused.code).not.toBe(0);
    expect(refused.text.replaceAll("demo", "none")).toBe(missing.text);
  });
});

describe("two people change the same Application at once", () => {
  test("who saw an older state is told both changes", async () => {
    const read = await fetch(`${sovereign.url}/v1${applications}/site`, {
      headers: { authorization: `Bearer ${sovereign.token()}` },
    });
    const match = { "if-match": read.headers.get("etag") ?? "" };
    await callsWith(sovereign, people.dana.write).patch(`${applications}/site`, {
      config: { title: "Dana's" },
    });
    const problem = await api.problem("PATCH", `${applications}/site`, { config: { title: "Mine" } }, match);
    expect(problem).toMatchObject({
      status: 409,
      code: "change-conflict",
      title: "site was changed by Name of dana meanwhile",
      yours: { fields: [expect.objectContaining({ field: "spec.config.title", after: "Mine" })] },
      theirs: { fields: [expect.objectContaining({ field: "spec.config.title", after: "Dana's" })] },
    });
  });

  test("of changes that race, each is there or its maker is told", async () => {
    const titles = ["A", "B", "C", "D"];
    const answers = await Promise.all(
      titles.map((title) =>
        api.patch(`${applications}/site`, { config: { title } }).then(
          () => title,
          (error: Error) => error.message,
        ),
      ),
    );
    const done = answers.filter((answer) => titles.includes(answer));
    expect(done.length).toBeGreaterThan(0);
    for (const other of answers.filter((answer) => !done.includes(answer)))
      expect(other).toMatch(/answered 409.*change-conflict/);
    const log = await admins.git("fetch", "-q").then(() => admins.git("log", "-p", "origin/main"));
    for (const title of done) expect(log.text).toContain(`+    title: ${title}`);
  });

  test("installs and removals of many at once all come to pass; who removes it once more is told it's gone", async () => {
    const names = Array.from({ length: 24 }, (_, index) => `crowd-${index}`);
    const blueprint = { name: "bp-static-site" };
    const installs = await Promise.allSettled(
      names.map((name) => api.post(applications, { name, blueprint })),
    );
    expect(installs.filter(({ status }) => status === "rejected")).toEqual([]);
    const removals = await Promise.allSettled(names.map((name) => api.delete(`${applications}/${name}`)));
    expect(removals.filter(({ status }) => status === "rejected")).toEqual([]);
    const again = await api.problem("DELETE", `${applications}/${names.at(-1)}`);
    expect(again).toMatchObject({ status: 404 });
  });

  test("of installs that race for a name one wins", async () => {
    const wish = { name: "wanted", blueprint: { name: "bp-static-site" } };
    const answers = await Promise.allSettled([1, 2, 3].map(() => api.post(applications, wish)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

test("an image that can't be pulled is told in a sentence", async () => {
  await api.post(applications, { name: "blog", blueprint: { name: "bp-wordpress" } });
  await eventually(
    "blog is Running",
    async () => (await api.get(`${applications}/blog`)).phase === "Running",
  );
  const { pods } = await api.get(`${applications}/blog-db`);
  expect(pods).toEqual({ ready: 1, wanted: 1 });
  const annotations = { "catalyst.openova.io/simulate": "pull-error" };
  const path = "/clusters/demo-dev/apis/apps/v1/namespaces/blog-db/statefulsets/blog-db";
  const patched = await kubernetes(sovereign, path, sovereign.token(), {
    spec: { template: { metadata: { annotations } } },
  });
  expect(patched.status).toBe(200);
  await eventually("the Application says so", async () =>
    /pull/.test((await api.get(`${applications}/blog-db/why`)).why?.sentence ?? ""),
  );
  const { why } = await api.get(`${applications}/blog-db/why`);
  expect(why.sentence).toMatch(/^The image \S+ can't be pulled: [^.]+[^\n]*\.$/);
  expect(why.action).toMatch(/image/);
});
