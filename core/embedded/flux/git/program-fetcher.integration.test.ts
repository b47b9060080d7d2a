import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programGitFetcher } from "./program-fetcher.ts";

const { signal } = new AbortController();

describe("git's own program", () => {
  let folder: string;
  let server: Server;
  let redirecting: Server;
  const seen: (string | undefined)[] = [];
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
      cwd: join(folder, "work"),
      encoding: "utf8",
    }).trim();
  const remote = () => ({
    cluster: "a",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/repository.git`,
  });

  /** A repository served as plain files, and a server that sends everyone to another host. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalyst-git-fetcher-"));
    execFileSync("git", ["init", "-q", "-b", "main", join(folder, "work")]);
    await writeFile(join(folder, "work", "a.yaml"), "one\n");
    await symlink("/etc/passwd", join(folder, "work", "link"));
    git("add", ".");
    git("commit", "-qm", "First commit");
    git("tag", "v1.2.0");
    git("tag", "v1.10.0");
    const { readFile } = await import("node:fs/promises");
    const publish = () => {
      execFileSync("rm", ["-rf", join(folder, "repository.git")]);
      execFileSync("git", ["clone", "-q", "--bare", join(folder, "work"), join(folder, "repository.git")]);
      execFileSync("git", ["update-server-info"], { cwd: join(folder, "repository.git") });
    };
    publish();
    server = createServer(async (request, response) => {
      seen.push(request.headers.authorization);
      const path = new URL(request.url ?? "", "http://x").pathname;
      const bytes = await readFile(join(folder, path)).catch(() => undefined);
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    redirecting = createServer((_request, response) => {
      response.writeHead(302, { location: remote().url }).end();
    });
    for (const each of [server, redirecting])
      await new Promise<void>((done) => each.listen(0, "127.0.0.1", done));
  });
  afterAll(async () => {
    server.close();
    redirecting.close();
    await rm(folder, { recursive: true, force: true });
  });

  const fetcher = () => programGitFetcher({ folder: join(folder, "mirrors") });

  it("finds branches, tags and the highest version", async () => {
    const commit = git("rev-parse", "HEAD");
    const find = (reference: object) => fetcher().resolve(remote(), reference, signal);
    expect(await find({ branch: "main" })).toEqual({ commit, ref: "refs/heads/main" });
    expect(await find({ tag: "v1.2.0" })).toEqual({ commit, ref: "refs/tags/v1.2.0" });
    expect(await find({ semver: ">=1.0.0" })).toEqual({ commit, ref: "refs/tags/v1.10.0" });
    await expect(find({ branch: "none" })).rejects.toMatchObject({ code: "git-ref-missing" });
  });

  it("security case 15: doesn't follow a redirect with credentials", async () => {
    const { port } = redirecting.address() as AddressInfo;
    const elsewhere = {
      cluster: "a",
      url: `http://127.0.0.1:${port}/repository.git`,
      credentials: { username: "u", password: "p" },
    };
    seen.length = 0;
    await expect(fetcher().resolve(elsewhere, { branch: "main" }, signal)).rejects.toMatchObject({
      code: expect.stringMatching(/^git-/),
    });
    expect(seen).toEqual([]);
  });

  it.each(["--upload-pack=touch /tmp/x", "ext::sh -c id", "file:///etc", "http://-oProxyCommand=x"])(
    "security case 19: takes %s for no address",
    async (url) => {
      await expect(
        fetcher().resolve({ cluster: "a", url }, { branch: "main" }, signal),
      ).rejects.toMatchObject({ code: "git-url-refused" });
    },
  );
});
