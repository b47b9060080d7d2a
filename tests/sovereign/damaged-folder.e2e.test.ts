import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { endedStart, runToEnd } from "./ended-start.ts";
import { type Sovereign, type SovereignPorts, startSovereign } from "./sovereign.ts";

/**
 * 37: whatever of a data folder is damaged or gone, it is told in one sentence with what to do; what can be made
 * anew is, and nothing is done on a wrong state.
 */
const folder = mkdtempSync(join(tmpdir(), "catalyst-damaged-"));
const whole = join(folder, "whole");
const application = "/environments/demo-dev/applications/page";
let ports: SovereignPorts;

beforeAll(async () => {
  const sovereign = await startSovereign({ data: whole });
  ports = sovereign.ports;
  const api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  await api.post("/environments/demo-dev/applications", {
    name: "page",
    blueprint: { name: "bp-static-site" },
    config: { title: "Sesame" },
  });
  await eventually("it is Running", async () => (await api.get(application)).phase === "Running");
  await eventually("the console is there", async () => (await fetch(sovereign.url)).ok);
  await sovereign.stop();
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Damage = (data: string) => void;

/** A copy of the whole folder, damaged. */
function damagedCopy(damage: Damage): string {
  const data = join(folder, "copy");
  rmSync(data, { recursive: true, force: true });
  cpSync(whole, data, { recursive: true });
  damage(data);
  return data;
}

const repository = "git/organizations/demo/demo-dev.git";
const remove =
  (path: string): Damage =>
  (data) =>
    rmSync(join(data, path), { recursive: true });
const empty =
  (path: string): Damage =>
  (data) =>
    truncateSync(join(data, path), 0);
const overwrite =
  (path: string, text: string): Damage =>
  (data) =>
    writeFileSync(join(data, path), text);
const files = (data: string, pattern: string) =>
  globSync(pattern, { cwd: data })
    .map((name) => join(data, name))
    .filter((path) => statSync(path).isFile());
const removeAll =
  (pattern: string): Damage =>
  (data) => {
    for (const path of files(data, pattern)) rmSync(path);
  };
const flipAll =
  (pattern: string): Damage =>
  (data) => {
    for (const path of files(data, pattern)) {
      const bytes = readFileSync(path);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      rmSync(path);
      writeFileSync(path, bytes);
    }
  };
/** Changes the title wherever the store has it, as a disk would: without anyone's knowledge. */
const alterRows: Damage = (data) => {
  const path = join(data, "store.db");
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf("Sesame"); at >= 0; at = bytes.indexOf("Sesame", at + 1)) bytes[at] = 0x54;
  writeFileSync(path, bytes);
};

const up = (data: string) => endedStart(data, ports);

describe("a start is refused, and says what to do, with", () => {
  test.each<[string, Damage, RegExp]>([
    ["the database gone", remove("store.db"), /store\.db is damaged: it is gone/],
    ["the record of what was acknowledged gone", remove("store.tail"), /store\.tail is damaged: it is gone/],
    ["that record empty", empty("store.tail"), /store\.tail is damaged/],
    ["rows that were altered", alterRows, /altered on disk|was altered/],
    ["the lock overwritten", overwrite("lock.db", "x".repeat(5000)), /lock\.db isn't a lock any more/],
    ["the master key gone", remove("keys/master"), /keys\/master is no use: it is gone/],
    ["the master key empty", empty("keys/master"), /keys\/master is no use: it is empty/],
    ["another master key", overwrite("keys/master", "another\n"), /isn't the one this folder was made with/],
    ["the key of the secrets gone", remove("keys/secrets"), /key of the secret store is gone/],
    ["half a signing key", empty("keys/blueprints.pem"), /blueprints\.pem doesn't hold a key/],
    ["an unreadable identity key", overwrite("keys/identity.jwk", "{\n"), /identity\.jwk is no use/],
    ["an unreadable authority", empty("keys/authority.key"), /local authority can't be read/],
    [
      "a repository's record overwritten",
      overwrite(`${repository}/catalyst/repository.json`, "{"),
      /repository\.json/,
    ],
    [
      "the system repository's objects gone",
      removeAll("git/organizations/system/*/objects/??/*"),
      /the repository is damaged/,
    ],
    [
      "a folder for the log",
      (data) => {
        rmSync(join(data, "catalyst.log"));
        mkdirSync(join(data, "catalyst.log"));
      },
      /can't be used/,
    ],
    [
      "a file in the folder's place",
      (data) => {
        rmSync(data, { recursive: true });
        writeFileSync(data, "");
      },
      /can't be used/,
    ],
  ])("%s", async (_name, damage, said) => {
    const { code, text } = await up(damagedCopy(damage));
    expect(text).toMatch(said);
    expect(text).toMatch(/^catalyst: [^\n]+[^\n]*\. [A-Z][^\n]+\.\n$/);
    expect(text).not.toContain("this is a bug");
    expect(code).toBe(3);
  });

  test("rows that were altered, as up --check says too", async () => {
    const { code, text } = await runToEnd(["up", "--check", "--data", damagedCopy(alterRows)]);
    expect(text).toMatch(/row \d+ of kubernetes_objects was altered/);
    expect(code).toBe(1);
    expect((await runToEnd(["up", "--check", "--data", whole])).code).toBe(0);
  });
});

/** A start goes well, and the Application is as it was. */
async function withSovereign(damage: Damage, work: (api: Calls, sovereign: Sovereign) => Promise<void>) {
  const sovereign = await startSovereign({ data: damagedCopy(damage), ports });
  try {
    const api = new Calls(sovereign);
    expect((await api.get(application)).config.title).toBe("Sesame");
    await work(api, sovereign);
  } finally {
    await sovereign.stop();
  }
}

const change = { config: { title: "Open" } };

test("what can be made anew, and what was left over, is no obstacle", async () => {
  const locks = [
    "HEAD.lock",
    "packed-refs.lock",
    "config.lock",
    "refs/heads/main.lock",
    "objects/info/x.lock",
  ];
  const damage: Damage = (data) => {
    overwrite("running.json", "{pid")(data);
    overwrite("owner", "nobody")(data);
    empty("admin-token")(data);
    for (const path of ["artifacts", "ca.crt", "keys/blueprints.pub", "registry/repositories"])
      remove(path)(data);
    for (const lock of locks) {
      mkdirSync(dirname(join(data, repository, lock)), { recursive: true });
      overwrite(`${repository}/${lock}`, "")(data);
    }
  };
  await withSovereign(damage, async (api) => {
    await api.patch(application, change);
    await eventually("it is changed", async () => (await api.page("page.demo-dev")).includes("Open"));
    await eventually("it runs", async () => (await api.get(application)).phase === "Running");
  });
});

test.each<[string, Damage]>([
  ["whose objects are gone", removeAll(`${repository}/objects/??/*`)],
  ["whose objects flipped", flipAll(`${repository}/objects/??/*`)],
  ["whose branch is nonsense", overwrite(`${repository}/refs/heads/main`, "nonsense\n")],
  ["that is gone", remove(repository)],
])(
  "a repository %s isn't begun anew, and the changes it can't take say so",
  async (_name, damage) => {
    await withSovereign(damage, async (api) => {
      const install = { name: "more", blueprint: { name: "bp-static-site" } };
      for (const [method, path, body] of [
        ["PATCH", application, change],
        ["POST", "/environments/demo-dev/applications", install],
      ] as const) {
        expect(await api.problem(method, path, body)).toMatchObject({
          status: 503,
          title: expect.stringMatching(/repository is damaged|repository of demo-dev isn't there/),
        });
      }
      expect((await api.get(application)).phase).toBe("Running");
      expect(await api.page("page.demo-dev")).toContain("Sesame");
    });
  },
  90_000,
);

test("packages that were altered are never installed", async () => {
  await withSovereign(flipAll("registry/content/**/*"), async (api) => {
    const { problems } = (
      await api.problem("POST", "/environments/demo-dev/applications", {
        name: "more",
        blueprint: { name: "bp-static-site" },
      })
    ).plan;
    expect(problems[0].message).toMatch(/isn't what its digest says/);
    expect(await api.page("page.demo-dev")).toContain("Sesame");
  });
});
