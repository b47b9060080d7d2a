import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressOf, basic, GitCli, openTestHost, type TestHost } from "./testing/index.ts";

describe("a Git host that is killed", () => {
  let git: GitCli;
  let host: TestHost;
  let folder: string;
  let repository: string;
  beforeEach(async () => {
    git = await GitCli.create();
    host = await openTestHost();
    folder = host.folder;
    const post = (path: string, json: unknown) =>
      host.handler({ method: "POST", path: `/api/v1${path}`, headers: basic("catalyst"), json });
    await post("/orgs", { username: "acme" });
    await post("/orgs/acme/repos", { name: "acme-dev" });
    repository = join(folder, "organizations", "acme", "acme-dev.git");
    await host.close();
  });
  afterEach(async () => {
    await host.remove();
    await git.remove();
  });

  /** Everything in the repository that only a push under way may leave. */
  async function leftovers(): Promise<string[]> {
    const all = await readdir(repository, { recursive: true });
    return all.filter((path) => /\.lock$|tmp_objdir|incoming-|tmp_(pack|idx|obj)/.test(path));
  }

  async function start(
    verdict: "accept" | "wait",
  ): Promise<{ child: ChildProcess; url: string; judging: Promise<unknown> }> {
    const script = join(import.meta.dirname, "testing", "serve.ts");
    const child = spawn(process.execPath, [script, folder, verdict], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout! });
    const [port] = (await once(lines, "line")) as [string];
    return { child, url: `http://127.0.0.1:${port}/git`, judging: once(lines, "line") };
  }

  it.each([
    ["alone", (child: ChildProcess) => process.kill(child.pid!, "SIGKILL")],
    ["with its whole process group", (child: ChildProcess) => process.kill(-child.pid!, "SIGKILL")],
  ])("%s in the middle of a push leaves nothing behind", async (_words, kill) => {
    const { child, url, judging } = await start("wait");
    const address = addressOf(url, "catalyst", "acme/acme-dev");
    await git.ok("", "clone", "-q", address, "work");
    const commit = await git.commit("work", { a: "1" });
    const pushing = git.run("work", "push", "origin", "HEAD:refs/heads/main");
    await judging;
    expect(await leftovers()).not.toEqual([]);
    kill(child);
    expect((await pushing).status).not.toBe(0);

    host = await openTestHost({ folder });
    expect(await leftovers()).toEqual([]);
    const path = "/api/v1/repos/acme/acme-dev/git/commits/";
    for (const name of ["main", commit]) {
      const found = await host.handler({ method: "GET", path: path + name, headers: basic("catalyst") });
      expect(found.status).toBe(404);
    }
  });

  it("35: has every push it acknowledged", async () => {
    await git.ok("", "init", "-q", "work");
    for (let round = 0; round < 4; round++) {
      const { child, url } = await start("accept");
      const commit = await git.commit("work", { a: `${round}` });
      await git.ok("work", "push", "-q", addressOf(url, "catalyst", "acme/acme-dev"), "HEAD:refs/heads/main");
      process.kill(-child.pid!, "SIGKILL");
      host = await openTestHost({ folder });
      const path = "/api/v1/repos/acme/acme-dev/git/commits/main";
      const found = await host.handler({ method: "GET", path, headers: basic("catalyst") });
      expect(found.json).toMatchObject({ sha: commit });
      await host.close();
    }
  });

  it("removes stale locks and half-made repositories at the next start", async () => {
    const stale = ["HEAD.lock", "packed-refs.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_x"];
    await mkdir(join(repository, "objects/tmp_objdir-incoming-x/ab"), { recursive: true });
    for (const file of stale) await writeFile(join(repository, file), "");
    await mkdir(join(folder, "staging/repository-x"), { recursive: true });
    host = await openTestHost({ folder });
    expect(await leftovers()).toEqual([]);
    expect(await readdir(join(folder, "staging"))).toEqual([]);
  });
});
