import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry, tokenAccess } from "@catalyst/embedded-registry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "../cli/main.ts";
import { commandTable } from "../cli/table.ts";

const staticSite = resolve(import.meta.dirname, "../../../../platform/static-site");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-blueprint-"));
  cpSync(staticSite, join(folder, "site"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function edit(path: string, from: string, to: string): void {
  const file = join(folder, path);
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}

async function blueprint(...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["blueprint", ...words],
    folder,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

describe("blueprint new and lint", () => {
  test("what new writes, lint finds nothing wrong with", async () => {
    expect((await blueprint("new", "my-shop")).stdout).toContain("platform/my-shop/blueprint.yaml");
    expect(await blueprint("lint", "platform/my-shop")).toMatchObject({
      exit: 0,
      stdout: "platform/my-shop: nothing wrong\n",
    });
  });

  test("new overwrites nothing", async () => {
    expect(await blueprint("new", "site", "--folder", "site")).toMatchObject({ exit: 1, stdout: "" });
  });

  test("lint names file, line and rule", async () => {
    edit("site/chart/Chart.yaml", "version: 1.0.1", "version: 1.0.2");
    expect(await blueprint("lint", "site")).toMatchObject({
      exit: 1,
      stdout:
        "site/blueprint.yaml:6: spec.version: blueprint.yaml says 1.0.1 and Chart.yaml 1.0.2. Raise both together. [error version-lockstep]\n",
    });
  });
});

describe("blueprint pack", () => {
  test("gives the same bytes each time", async () => {
    const first = await blueprint("pack", "site", "-f", "one.tar");
    await blueprint("pack", "site", "-f", "two.tar");
    expect(first.stdout).toMatch(/^bp-static-site 1\.0\.1\nsha256:[0-9a-f]{64}\none\.tar\n$/);
    expect(statSync(join(folder, "one.tar")).size).toBeGreaterThan(0);
    expect(readFileSync(join(folder, "one.tar")).equals(readFileSync(join(folder, "two.tar")))).toBe(true);
  });
});

describe("blueprint publish and verify", () => {
  let server: ListeningServer;
  let registry: string[];

  beforeEach(async () => {
    const grants = [{ prefix: "", actions: ["pull", "push"] as const }];
    const embedded = await openRegistry({
      folder: join(folder, "registry"),
      access: tokenAccess({
        publicPrefixes: ["blueprints"],
        authenticate: async (token) => (token === "secret" ? { name: "admin", grants } : undefined),
      }),
      clock: systemClock,
      logger: silentLogger,
    });
    server = await openServer(embedded.handler, { logger: silentLogger });
    registry = ["--registry", `http://127.0.0.1:${server.port}`];
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(join(folder, "key.pem"), pair.privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(folder, "key.pub"), pair.publicKey.export({ type: "spki", format: "pem" }));
    writeFileSync(join(folder, "token"), "secret\n");
  });
  afterEach(() => server.close());

  const publish = () =>
    blueprint("publish", "site", ...registry, "--key", "key.pem", "--token-file", "token");

  test("what was published is verified by its key and by no other", async () => {
    expect(await publish()).toMatchObject({ exit: 0, stderr: "" });
    expect((await publish()).stdout).toContain("(was there already)");
    const verified = await blueprint("verify", "bp-static-site:1.0.1", ...registry, "--key", "key.pub");
    expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining("signed by sha256:") });
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    writeFileSync(join(folder, "other.pub"), other.export({ type: "spki", format: "pem" }));
    expect(
      await blueprint("verify", "bp-static-site:1.0.1", ...registry, "--key", "other.pub"),
    ).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining("it has no signature by a trusted key"),
    });
  });

  test("a published version is never overwritten", async () => {
    await publish();
    edit("site/README.md", "A page of your own", "Another page");
    expect(await publish()).toMatchObject({ exit: 1, stderr: expect.stringContaining("published before") });
  });

  test("what lint objects to isn't published", async () => {
    edit("site/card/icon.svg", "</svg>", "<script/></svg>");
    expect(await publish()).toMatchObject({ exit: 1, stdout: expect.stringContaining("card/icon.svg") });
    expect(await blueprint("verify", "bp-static-site:1.0.1", ...registry, "--key", "key.pub")).toMatchObject({
      exit: 1,
    });
  });

  test("without the right to push it says so", async () => {
    writeFileSync(join(folder, "token"), "wrong");
    expect(await publish()).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("a valid token is needed"),
    });
    expect(await blueprint("publish", "site", ...registry, "--key", "key.pem")).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("Give a token with --token-file"),
    });
  });

  test.each([
    [["verify", "nonsense"], 2],
    [["verify", "bp-x:1.0.1", "--registry", "nowhere"], 2],
    [["publish", "site", "--registry", "http://127.0.0.1:1", "--key", "missing.pem"], 3],
  ])("%j ends with %i", async (words, exit) => {
    const given = words.includes("--registry") ? words : [...words, ...registry];
    expect(await blueprint(...given, ...(words.includes("--key") ? [] : ["--key", "key.pub"]))).toMatchObject(
      { exit },
    );
  });
});
