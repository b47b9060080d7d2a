import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../lab/process.ts";
import { Calls } from "./calls.ts";
import { endedStart, runToEnd } from "./ended-start.ts";
import { type Sovereign, type SovereignPorts, startSovereign } from "./sovereign.ts";

/** A start that can't be says why in one sentence, ends with 3 and leaves everything as it was. */
let sovereign: Sovereign;
const folder = mkdtempSync(join(tmpdir(), "catalyst-refused-"));

beforeAll(async () => {
  sovereign = await startSovereign({ data: join(folder, "first") });
});

afterAll(async () => {
  await sovereign.stop();
  rmSync(folder, { recursive: true, force: true });
});

const up = async (data: string, ports: Partial<SovereignPorts> = {}) =>
  endedStart(data, {
    http: ports.http ?? (await freePort()),
    kubernetes: ports.kubernetes ?? (await freePort()),
  });

/** One sentence and a hint: no stack, no second error. */
const sentence = /^catalyst: [^\n]+\.\n$/;

describe("a port in use", () => {
  let other: Server;
  let port: number;
  beforeAll(async () => {
    other = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => other.once("listening", listening));
    port = (other.address() as { readonly port: number }).port;
  });
  afterAll(() => other.close());

  test.each([
    ["http", "--port"],
    ["kubernetes", "--kubernetes-port"],
  ])("%s", async (name, option) => {
    const data = join(folder, `port-${name}`);
    const { code, text } = await up(data, { [name]: port });
    expect(text).toMatch(sentence);
    expect(text).toContain(`port ${port} is in use`);
    expect(text).toContain(`${option}.`);
    expect(code).toBe(3);
    expect(existsSync(join(data, "admin-token"))).toBe(false);
    expect(existsSync(join(data, "git"))).toBe(false);
  });
});

test("an address that this machine doesn't have", async () => {
  const { code, text } = await runToEnd(["up", "--data", join(folder, "elsewhere"), "--listen", "192.0.2.1"]);
  expect(text).toMatch(sentence);
  expect(text).toContain("--listen.");
  expect(code).toBe(3);
});

test.each(["abc", "", "65536", "-1", "0x10", "1.5"])("a port written as %j", async (port) => {
  const { code, text } = await runToEnd(["up", "--data", join(folder, "elsewhere"), `--port=${port}`]);
  expect(text).toContain("--port");
  expect(code).toBe(2);
});

test.skipIf(!existsSync("/proc/self"))("a folder where none can be made (needs Linux's /proc)", async () => {
  const { code, text } = await up("/proc/catalyst");
  expect(text).toMatch(sentence);
  expect(text).toContain("/proc/catalyst can't be used");
  expect(code).toBe(3);
});

test("a second start on the same folder, on the same ports or others", async () => {
  for (const ports of [sovereign.ports, {}]) {
    const { code, text } = await up(sovereign.data, ports);
    expect(text).toMatch(sentence);
    expect(text).toContain(`in use by the Sovereign at ${sovereign.url}`);
    expect(code).toBe(3);
  }
  expect(await new Calls(sovereign).status("/me")).toBe(200);
});

describe("a damaged store", () => {
  beforeAll(async () => {
    const { data, ports } = sovereign;
    await sovereign.stop();
    cpSync(data, join(folder, "whole"), { recursive: true });
    sovereign = await startSovereign({ data, ports });
  });

  test.each([
    ["bytes that flipped", (file: string) => flip(file)],
    ["an end that is missing", (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    [
      "no database at all",
      (file: string) => writeFileSync(file, "not a database, but a letter\n".repeat(300)),
    ],
  ])("%s", async (name, damage) => {
    const data = join(folder, name.replaceAll(" ", "-"));
    cpSync(join(folder, "whole"), data, { recursive: true });
    const file = join(data, "store.db");
    damage(file);
    const before = readFileSync(file);
    const { code, text } = await up(data);
    expect(text).toMatch(sentence);
    expect(text).toMatch(/damaged/);
    expect(code).toBe(3);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readFileSync(join(data, "admin-token"))).toEqual(readFileSync(join(folder, "whole/admin-token")));
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  for (let at = 4096; at < bytes.length; at += 1024) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}
