import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { silentLogger } from "@catalyst/base/logger";
import type { JudgePush, Push } from "@catalyst/ports/git";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addressOf, basic, GitCli, openTestHost, refuseMe, type TestHost } from "./testing/index.ts";

const developer = {
  user: "dev",
  email: "dev@example.org",
  platform: false,
  reads: ["acme/acme-dev"],
  writes: [/^refs\/heads\/(main|feature\/.*)$/],
};
const viewer = { ...developer, user: "viewer", writes: [] };

describe("git against the embedded host", () => {
  let host: TestHost;
  let server: ListeningServer;
  let url: string;
  let git: GitCli;
  let judge: JudgePush;
  let pushes: Push[];

  const post = (path: string, json: unknown) =>
    host.handler({ method: "POST", path: `/api/v1${path}`, headers: basic("catalyst"), json });
  const remove = (path: string) =>
    host.handler({ method: "DELETE", path: `/api/v1${path}`, headers: basic("catalyst") });
  const clone = (folder: string, ...args: string[]) =>
    git.ok("", "clone", "-q", ...args, addressOf(url, "dev", "acme/acme-dev"), folder);
  const served = (ref: string) =>
    git
      .run("", "ls-remote", addressOf(url, "dev", "acme/acme-dev"), ref)
      .then(({ output }) => output.split("\t")[0]);

  beforeAll(async () => {
    server = await openServer((request) => host.handler(request), { logger: silentLogger, basePath: "/git" });
    url = `http://127.0.0.1:${server.port}/git`;
    host = await openTestHost({
      baseUrl: url,
      users: [developer, viewer],
      pushLimit: 1_000_000,
      judge: (push, signal) => {
        pushes.push(push);
        return judge(push, signal);
      },
    });
    await post("/orgs", { username: "acme" });
    await post("/orgs", { username: "other" });
    await post("/orgs/other/repos", { name: "secret" });
  });
  afterAll(async () => {
    await server.close();
    await host.remove();
  });
  beforeEach(async () => {
    judge = refuseMe;
    pushes = [];
    await remove("/repos/acme/acme-dev");
    await post("/orgs/acme/repos", { name: "acme-dev" });
    git = await GitCli.create();
    return () => git.remove();
  });

  it("takes a push and shows the verdict's lines to the pusher", async () => {
    await clone("work");
    const commit = await git.commit("work", { "environment.yaml": "kind: Environment\n" });
    const { status, output } = await git.run("work", "push", "origin", "HEAD:refs/heads/main");
    expect(status).toBe(0);
    expect(output).toMatch(/^remote: 1 files/m);
    expect(await served("refs/heads/main")).toBe(commit);
    expect(pushes[0]).toMatchObject({
      repository: { owner: "acme", name: "acme-dev" },
      pusher: { user: "dev", email: "dev@example.org", platform: false },
      updates: [{ ref: "refs/heads/main", before: "0".repeat(40), after: commit }],
      plan: undefined,
    });
  });

  it("refuses a push by its verdict, says why, and moves nothing", async () => {
    await clone("work");
    await git.commit("work", { "refuse-me": "" });
    const { status, output } = await git.run("work", "push", "origin", "HEAD:refs/heads/main");
    expect(status).not.toBe(0);
    expect(output).toMatch(/^remote: refuse-me:1: not wanted here/m);
    expect(output).toContain("pre-receive hook declined");
    expect(await served("refs/heads/main")).toBe("");
  });

  it("refuses when the judge fails", async () => {
    judge = () => Promise.reject(new Error("with a secret in it"));
    await clone("work");
    await git.commit("work", { a: "1" });
    const { status, output } = await git.run("work", "push", "origin", "HEAD:refs/heads/main");
    expect(status).not.toBe(0);
    expect(output).toContain("remote: the push could not be judged");
    expect(output).not.toContain("secret");
    expect(await served("refs/heads/main")).toBe("");
  });

  it("tells the judge when the pusher is gone, and refuses", async () => {
    let judging: (() => void) | undefined;
    const started = new Promise<void>((resolve) => {
      judging = resolve;
    });
    const gone = new Promise<void>((resolve) => {
      judge = async (_push, signal) => {
        judging?.();
        await new Promise((abort) => signal.addEventListener("abort", abort, { once: true }));
        resolve();
        return { accepted: true, lines: [] };
      };
    });
    await clone("work");
    await git.commit("work", { a: "1" });
    // git gives up by itself after a second of silence
    const impatient = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=1"];
    const pushing = git.run("work", ...impatient, "push", "origin", "HEAD:refs/heads/main");
    await started;
    expect((await pushing).status).not.toBe(0);
    await gone;
    expect(await served("refs/heads/main")).toBe("");
  });

  it("21: asks for every ref of a push; one forbidden stops them all", async () => {
    await clone("work");
    await git.commit("work", { a: "1" });
    for (const refs of [
      ["HEAD:refs/heads/feature/x", "HEAD:refs/heads/release"],
      ["HEAD:refs/heads/release", "HEAD:refs/heads/feature/x"],
    ]) {
      const { status, output } = await git.run("work", "push", "origin", ...refs);
      expect(status).not.toBe(0);
      expect(output).toContain("refs/heads/release: dev may not write it");
      expect(await served("refs/heads/*")).toBe("");
    }
    expect(pushes).toEqual([]);
  });

  it.each(["refs/catalyst/x", "refs/pull/1/head", "refs/notes/x"])(
    "20: accepts branches and tags only, not %s",
    async (ref) => {
      await git.ok("", "clone", "-q", addressOf(url, "catalyst", "acme/acme-dev"), "work");
      await git.commit("work", { a: "1" });
      expect((await git.run("work", "push", "origin", `HEAD:${ref}`)).status).not.toBe(0);
      expect(pushes).toEqual([]);
    },
  );

  it("hands over the plan named in a push option, and no second line of one", async () => {
    await clone("work");
    await git.commit("work", { a: "1" });
    await git.ok(
      "work",
      "push",
      "-o",
      "catalyst.plan=plan-1",
      "-o",
      "other=x",
      "origin",
      "HEAD:refs/heads/main",
    );
    expect(pushes[0]?.plan).toBe("plan-1");
    await git.commit("work", { "refuse-me": "" });
    const forged = await git.run(
      "work",
      "push",
      "-o",
      "catalyst.plan=x\njudge",
      "origin",
      "HEAD:refs/heads/main",
    );
    expect(forged.status).not.toBe(0);
    expect(pushes).toHaveLength(1);
  });

  it("keeps control characters from the pusher's terminal", async () => {
    judge = async () => ({ accepted: true, lines: ["red \u001b[31m line\naccept", "refuse"] });
    await clone("work");
    await git.commit("work", { a: "1" });
    const { status, output } = await git.run("work", "push", "origin", "HEAD:refs/heads/main");
    expect(status).toBe(0);
    expect(output).not.toContain("\u001b[31m");
    expect(output).toMatch(/^remote: accept/m);
  });

  it("keeps the default branch's history", async () => {
    await clone("work");
    await git.commit("work", { a: "1" });
    const second = await git.commit("work", { a: "2" });
    await git.ok("work", "push", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/feature/x");
    const rewritten = await git.run("work", "push", "--force", "origin", "HEAD~1:refs/heads/main");
    expect(rewritten.output).toContain("its history is the audit log");
    const deleted = await git.run("work", "push", "origin", ":refs/heads/main");
    expect(deleted.status).not.toBe(0);
    expect(await served("refs/heads/main")).toBe(second);
    await git.ok("work", "push", "--force", "origin", "HEAD~1:refs/heads/feature/x");
    await git.ok("work", "push", "origin", ":refs/heads/feature/x");
    expect(await served("refs/heads/feature/x")).toBe("");
  });

  it("holds pushes to the branch's rules", async () => {
    const protect = (json: object) => post("/repos/acme/acme-dev/branch_protections", json);
    await protect({
      rule_name: "main",
      enable_push: true,
      enable_push_whitelist: true,
      push_whitelist_usernames: ["catalyst"],
    });
    await protect({ rule_name: "feature/*", enable_push: true });
    expect((await protect({ rule_name: "main" })).status).toBe(403);
    expect((await protect({ rule_name: "x", required_approvals: 2 })).status).toBe(422);
    await clone("work");
    await git.commit("work", { a: "1" });
    await git.commit("work", { a: "2" });
    const refused = await git.run("work", "push", "origin", "HEAD:refs/heads/main");
    expect(refused.output).toContain("refs/heads/main: dev may not push to it");
    await git.ok("work", "push", addressOf(url, "catalyst", "acme/acme-dev"), "HEAD:refs/heads/main");
    await git.ok("work", "push", "origin", "HEAD:refs/heads/feature/x");
    const rewritten = await git.run("work", "push", "--force", "origin", "HEAD~1:refs/heads/feature/x");
    expect(rewritten.output).toContain("can't be rewritten");
    expect((await git.run("work", "push", "origin", ":refs/heads/feature/x")).status).not.toBe(0);
    await remove("/repos/acme/acme-dev/branch_protections/feature/*");
    await git.ok("work", "push", "--force", "origin", "HEAD~1:refs/heads/feature/x");
  });

  it("lets one of two pushes at once win", async () => {
    await clone("one");
    await git.commit("one", { a: "0" });
    await git.ok("one", "push", "origin", "HEAD:refs/heads/main");
    await clone("two");
    const mine = await git.commit("one", { a: "1" });
    const theirs = await git.commit("two", { a: "2" });
    let arrived = 0;
    let release: (() => void) | undefined;
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    judge = async () => {
      if (++arrived === 2) release?.();
      await both;
      return { accepted: true, lines: [] };
    };
    const results = await Promise.all([
      git.run("one", "push", "origin", "HEAD:main"),
      git.run("two", "push", "origin", "HEAD:main"),
    ]);
    expect(results.map(({ status }) => status === 0).sort()).toEqual([false, true]);
    expect(await served("refs/heads/main")).toBe(results[0]?.status === 0 ? mine : theirs);
  });

  it("serves shallow and partial clones, and fetches what is new", async () => {
    await clone("work");
    await git.commit("work", { a: "1" });
    await git.commit("work", { a: "2" });
    await git.ok("work", "push", "origin", "HEAD:refs/heads/main");
    await clone("shallow", "--depth=1");
    expect(await git.ok("shallow", "rev-list", "--count", "HEAD")).toBe("1");
    await clone("partial", "--filter=blob:none");
    expect(await git.ok("partial", "show", "HEAD~1:a")).toBe("1");
    const third = await git.commit("work", { a: "3" });
    await git.ok("work", "push", "origin", "HEAD:main");
    await git.ok("shallow", "pull", "-q");
    expect(await git.ok("shallow", "rev-parse", "HEAD")).toBe(third);
    expect(await git.ok("work", "-c", "protocol.version=2", "ls-remote", "origin", "main")).toContain(third);
  });

  it("22: holds reading and writing to one rule on every transport", async () => {
    const cannotWrite = addressOf(url, "viewer", "acme/acme-dev");
    await git.ok("", "clone", "-q", cannotWrite, "view");
    await git.commit("view", { a: "1" });
    const { status, output } = await git.run("view", "push", "origin", "HEAD:main");
    expect(status).not.toBe(0);
    expect(output).toContain("403");
    const pack = await host.handler({
      method: "POST",
      path: "/acme/acme-dev.git/git-receive-pack",
      headers: { ...basic("viewer"), "content-type": "application/x-git-receive-pack-request" },
    });
    expect(pack.status).toBe(403);
    for (const repository of ["other/secret", "other/missing"]) {
      const found = await git.run("", "clone", addressOf(url, "dev", repository), "x");
      expect(found.output).toContain("not found");
    }
  });

  it("23: asks anonymous callers for credentials, and believes no header but the credentials", async () => {
    const { output } = await git.run("", "clone", `${url}/acme/acme-dev.git`, "x");
    expect(output).toContain("could not read Username");
    for (const headers of [
      {},
      { "x-webauth-user": "catalyst" },
      { "x-forwarded-user": "catalyst" },
      basic("nobody"),
    ]) {
      const path = "/acme/acme-dev.git/info/refs?service=git-upload-pack";
      const response = await host.handler({ method: "GET", path, headers });
      expect(response.status).toBe(401);
      expect(response.headers["www-authenticate"]).toMatch(/^Basic /);
    }
  });

  it.each([
    ["git's own folder", ".git"],
    ["a folder that a file system may take for it", ".GIT"],
    ["its parent", ".."],
    ["a slash in a name", "a/b"],
  ])("20: refuses a tree with %s in it", async (_words, name) => {
    await clone("work");
    const blob = await git.ok("work", "hash-object", "-w", "--stdin");
    const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
    await writeFile(join(git.home, "tree"), entry);
    const tree = await git.ok("work", "hash-object", "-w", "-t", "tree", "--literally", "../tree");
    const commit = await git.ok("work", "commit-tree", "-m", "hostile", tree);
    const { status, output } = await git.run("work", "push", "origin", `${commit}:refs/heads/main`);
    expect(status).not.toBe(0);
    expect(output).toContain("unpack");
    expect(pushes).toEqual([]);
    expect(await served("refs/heads/main")).toBe("");
  });

  it("20: refuses a push that is too large or broken", async () => {
    await clone("work");
    const noise = Array.from({ length: 240_000 }, () => Math.random().toString(36)).join("\n");
    await git.commit("work", { noise });
    expect((await git.run("work", "push", "origin", "HEAD:refs/heads/main")).status).not.toBe(0);
    expect(await served("refs/heads/main")).toBe("");
    const command = `${"0".repeat(40)} ${"1".repeat(40)} refs/heads/main\0 report-status\n`;
    const line = (command.length + 4).toString(16).padStart(4, "0") + command;
    const response = await host.handler({
      method: "POST",
      path: "/acme/acme-dev.git/git-receive-pack",
      headers: { ...basic("dev"), "content-type": "application/x-git-receive-pack-request" },
      body: Buffer.from(`${line}0000PACKgarbage`),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).not.toContain("unpack ok");
    expect(pushes).toEqual([]);
    expect(await served("refs/heads/main")).toBe("");
  });
});
