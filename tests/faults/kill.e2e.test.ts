import { execFile, execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sovereign, type SovereignPorts, startSovereign } from "../sovereign/sovereign.ts";

/**
 * Kills the whole process group of a Sovereign while something is under way, starts it again on the same folder,
 * and expects what was acknowledged: the asked state, nothing lost, nothing left over.
 */

const environment = "/v1/environments/demo-dev";

/** When kills fall during installs, in milliseconds after the request: spread over all an install takes. */
const moments = [3, 60, 130, 340, 600];

let folder = "";
let sovereign: Sovereign;

const start = (ports?: SovereignPorts) =>
  startSovereign({ data: join(folder, "data"), ...(ports === undefined ? {} : { ports }) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kill-"));
  sovereign = await start();
  await until(
    "the Environment is ready",
    async () => (await get<{ ready?: boolean }>(environment)).ready === true,
  );
});
afterAll(async () => {
  await sovereign?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function request(method: string, path: string, body?: object): Promise<Response> {
  return fetch(sovereign.url + path, {
    method,
    headers: {
      authorization: `Bearer ${sovereign.token()}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function get<T>(path: string): Promise<T> {
  return (await (await request("GET", path)).json()) as T;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const limit = performance.now() + 30_000; performance.now() < limit; await sleep(50)) {
    if (await isSo()) return;
  }
  throw new Error(`not within 30 s: ${what}`);
}

/** Begins `work`, kills at the moment, starts again. Gives true when the work had been acknowledged. */
async function killDuring(moment: number, work: () => Promise<boolean>): Promise<boolean> {
  const acknowledged = work().catch(() => false);
  await sleep(moment);
  await sovereign.kill();
  const result = await acknowledged;
  sovereign = await start(sovereign.ports);
  return result;
}

interface ApplicationView {
  readonly phase?: string;
  readonly status?: number;
  readonly config?: { readonly title?: string };
}

const application = (name: string) => get<ApplicationView>(`${environment}/applications/${name}`);

async function untilRunning(name: string, title: string): Promise<void> {
  await until(`${name} is Running with the title ${title}`, async () => {
    const { phase, config } = await application(name);
    return phase === "Running" && config?.title === title;
  });
}

/** No lock of git and no quarantine may stay after a start. */
function expectNothingLeftOver(): void {
  expect(globSync("data/git/**/*.lock", { cwd: folder })).toEqual([]);
  expect(globSync("data/git/**/tmp_objdir-*", { cwd: folder })).toEqual([]);
}

describe("a Sovereign killed at any moment ends in the asked state", () => {
  test.each(moments.map((moment, index) => [moment, `site-${index}`] as const))(
    "during an install, %i ms after it was asked",
    { timeout: 90_000 },
    async (moment, name) => {
      const path = `${environment}/applications`;
      const wanted = { name, blueprint: { name: "bp-static-site" }, config: { title: "first" } };
      const acknowledged = await killDuring(moment, async () => (await request("POST", path, wanted)).ok);
      if (!acknowledged) {
        // Not acknowledged: it may have happened or not. Asking again must give the same end.
        const again = await request("POST", path, wanted);
        expect([202, 409]).toContain(again.status);
      }
      await untilRunning(name, "first");
      expectNothingLeftOver();
    },
  );

  test.each([20, 120, 300])(
    "during a change, %i ms after it was asked",
    { timeout: 90_000 },
    async (moment) => {
      const title = `changed at ${moment}`;
      const path = `${environment}/applications/site-0`;
      const change = async () => (await request("PATCH", path, { config: { title } })).ok;
      if (!(await killDuring(moment, change))) expect(await change()).toBe(true);
      await untilRunning("site-0", title);
      expectNothingLeftOver();
    },
  );

  test.each([
    [40, "site-1"],
    [300, "site-2"],
  ])("during a removal, %i ms after it was asked", { timeout: 90_000 }, async (moment, name) => {
    const path = `${environment}/applications/${name}`;
    const acknowledged = await killDuring(moment, async () => (await request("DELETE", path)).ok);
    if (!acknowledged) expect([202, 404]).toContain((await request("DELETE", path)).status);
    await until(`${name} is gone`, async () => (await application(name)).status === 404);
    expectNothingLeftOver();
  });

  test.each([60, 300])("during a push, %i ms after it began", { timeout: 90_000 }, async (moment) => {
    const clone = join(folder, `clone-${moment}`);
    const git = (...words: string[]) =>
      execFileSync("git", words, { cwd: clone, stdio: ["ignore", "pipe", "pipe"] });
    const url = () =>
      sovereign.url.replace("://", `://admin:${sovereign.token()}@`).concat("/git/demo/demo-dev.git");
    const file = join(clone, "applications/site-3/application.yaml");
    mkdirSync(clone);
    git("clone", "--quiet", url(), ".");
    const text = git("show", "HEAD:applications/site-3/application.yaml").toString();
    writeFileSync(file, text.replace(/title: .*/, `title: pushed at ${moment}`));
    git(
      "-c",
      "user.name=Ada",
      "-c",
      "user.email=ada@localhost",
      "commit",
      "--quiet",
      "-am",
      `Push at ${moment}`,
    );
    const push = () =>
      new Promise<boolean>((done) => {
        execFile("git", ["push", "--quiet", url(), "HEAD:main"], { cwd: clone }, (error) =>
          done(error === null),
        );
      });
    if (!(await killDuring(moment, push))) expect(await push()).toBe(true);
    await untilRunning("site-3", `pushed at ${moment}`);
    expectNothingLeftOver();
  });
});
