import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giteaHost } from "@catalyst/adapter-gitea";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { basic, openTestHost, type TestHost } from "@catalyst/embedded-git/testing";
import type { GitHost } from "@catalyst/ports/git";
import { inProcess } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GitFetcher, GitRemote } from "./fetcher.ts";
import { hostGitFetcher } from "./host-fetcher.ts";
import { programGitFetcher } from "./program-fetcher.ts";

const { signal } = new AbortController();
const repository = { owner: "acme", name: "acme-dev" };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("fetchers on the embedded Git host", () => {
  let folder: string;
  let host: TestHost;
  let gitHost: GitHost;
  let server: ListeningServer;
  let program: GitFetcher;
  let direct: GitFetcher;

  const remote = (user = "catalyst"): GitRemote => ({
    cluster: "acme-dev",
    url: `http://127.0.0.1:${server.port}/git/acme/acme-dev.git`,
    credentials: { username: user, password: user },
  });

  const write = async (files: Record<string, string>, message: string) => {
    const expected = await gitHost.resolve(repository, "refs/heads/main");
    const changes = Object.entries(files).map(([path, content]) => ({ path, content }));
    const author = { name: "A", email: "a@example.org" };
    return gitHost.write(repository, { branch: "main", expected, author, message, changes });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalyst-fetchers-"));
    const stranger = { user: "stranger", email: "s@example.org", platform: false, reads: [], writes: [] };
    host = await openTestHost({ users: [stranger] });
    server = await openServer(host.handler, { logger: silentLogger, basePath: "/git" });
    gitHost = giteaHost({
      transport: inProcess(host.handler, basic("catalyst")),
      account: { name: "catalyst", email: "catalyst@example.org" },
      clock: systemClock,
      capabilities: { receiveVerdict: true },
    });
    await gitHost.ensureOrganization("acme", "Acme");
    await gitHost.ensureRepository(repository);
    program = programGitFetcher({ folder: join(folder, "mirrors") });
    direct = hostGitFetcher({
      host: gitHost,
      repositoryOf: (url) => (url.endsWith("/acme/acme-dev.git") ? repository : undefined),
      mayRead: async ({ credentials }) =>
        credentials?.username === "catalyst" && credentials.password === "catalyst",
      elsewhere: program,
    });
  });
  afterAll(async () => {
    await server.close();
    await host.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ["git's own program", () => program],
    ["the host itself", () => direct],
  ])("%s gives the files of a commit, and of the next one only what is new", async (_name, fetcher) => {
    const first = await write({ "a.yaml": "one\n", "b.yaml": "two\n" }, `First\n\nwords ${_name}`);
    const head = await fetcher().resolve(remote(), { branch: "main" }, signal);
    expect(head).toEqual({ commit: first.id, ref: "refs/heads/main" });
    const before = await fetcher().snapshot(remote(), head as never, signal);
    expect(before.message).toContain("First");
    await write({ "b.yaml": `changed ${_name}\n` }, "Second");
    const next = await fetcher().resolve(remote(), { branch: "main" }, signal);
    const after = await fetcher().snapshot(remote(), next as never, signal);
    const known = new Set(before.files.map((file) => file.id));
    const changed = after.files.filter((file) => !known.has(file.id));
    expect(changed.map((file) => file.path)).toEqual(["b.yaml"]);
    const [id = ""] = changed.map((file) => file.id);
    expect(text((await fetcher().blobs(remote(), [id], signal)).get(id))).toBe(`changed ${_name}\n`);
  });

  it.each([
    ["git's own program", () => program],
    ["the host itself", () => direct],
  ])("%s reads nothing with a stranger's credentials", async (_name, fetcher) => {
    const refused = fetcher().resolve(remote("stranger"), { branch: "main" }, signal);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^git-(denied|failed|unreachable)$/),
    });
  });
});
