import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GitHost, NewCommit, ObjectId, RepositoryRef } from "./host.ts";

/** A host to test, and how to end it. One that judges pushes refuses any with a file `refuse-me`, naming it. */
export interface OpenedGitHost {
  readonly host: GitHost;
  close(): Promise<void> | void;
}

const author = { name: "Ada", email: "ada@example.org" };

/** What every Git host does. Names are new in each run, so that a host can be used again. */
export function gitHostContract(name: string, open: () => Promise<OpenedGitHost>): void {
  describe(`${name} as a Git host`, () => {
    let opened: OpenedGitHost;
    let host: GitHost;
    let count = 0;
    const owner = `contract-${Date.now().toString(36)}`;

    beforeAll(async () => {
      opened = await open();
      host = opened.host;
      await host.ensureOrganization(owner, "of the contract suite");
    });
    afterAll(async () => {
      await host.deleteOrganization(owner);
      await opened.close();
    });

    async function fresh(): Promise<RepositoryRef> {
      const repository = { owner, name: `repository-${count++}` };
      await host.ensureRepository(repository);
      return repository;
    }
    const change = (
      expected: ObjectId | undefined,
      files: Record<string, string | undefined>,
      more: Partial<NewCommit> = {},
    ): NewCommit => ({
      branch: "main",
      expected,
      author,
      message: "Change files",
      changes: Object.entries(files).map(([path, content]) => ({ path, content })),
      ...more,
    });
    async function read(repository: RepositoryRef, ref: string): Promise<Record<string, string>> {
      const files = await host.files(repository, ref);
      const contents = files.map(
        async ({ path, id }) => [path, text(await host.readBlob(repository, id))] as const,
      );
      return Object.fromEntries(await Promise.all(contents));
    }

    describe("organizations and repositories", () => {
      it("makes a repository once", async () => {
        const repository = { owner, name: "made-twice" };
        const first = await host.ensureRepository(repository, { description: "once" });
        const second = await host.ensureRepository(repository);
        expect(second).toEqual(first);
        expect(first).toMatchObject({ owner, name: "made-twice", defaultBranch: "main", empty: true });
        expect(first.cloneUrl).toMatch(/^https?:\/\/.*\/made-twice\.git$/);
        expect((await host.repositories(owner)).map((each) => each.name)).toContain("made-twice");
      });
      it("makes an organization once", async () => {
        await host.ensureOrganization(owner, "again");
      });
      it("deletes what is there and what isn't", async () => {
        const repository = await fresh();
        await host.deleteRepository(repository);
        await host.deleteRepository(repository);
        expect(await host.repository(repository)).toBeUndefined();
        await host.deleteOrganization(`${owner}-never`);
      });
      it("deletes an organization with its repositories", async () => {
        const doomed = `${owner}-doomed`;
        await host.ensureOrganization(doomed, "");
        await host.ensureRepository({ owner: doomed, name: "one" });
        await host.deleteOrganization(doomed);
        expect(await host.repository({ owner: doomed, name: "one" })).toBeUndefined();
        expect(await host.repositories(doomed)).toEqual([]);
      });
    });

    describe("writing", () => {
      it("makes the first commit of an empty repository", async () => {
        const repository = await fresh();
        const files = {
          "environment.yaml": "kind: Environment\n",
          "applications/blog/application.yaml": "a: 1\n",
        };
        const commit = await host.write(repository, change(undefined, files));
        expect(await host.resolve(repository, "main")).toBe(commit.id);
        expect(await read(repository, commit.id)).toEqual(files);
        expect((await host.repository(repository))?.empty).toBe(false);
      });
      it("says who wrote and who committed", async () => {
        const repository = await fresh();
        const written = await host.write(
          repository,
          change(undefined, { a: "1" }, { message: "Add a\n\nBecause." }),
        );
        const found = await host.commit(repository, written.id);
        expect(found).toMatchObject({ id: written.id, parents: [], author });
        expect(found.message.trimEnd()).toBe("Add a\n\nBecause.");
        expect(Date.parse(found.author.date)).toBe(Date.parse(written.author.date));
      });
      it("changes, adds and deletes files and keeps the others", async () => {
        const repository = await fresh();
        const first = await host.write(
          repository,
          change(undefined, { "a/one": "1", "a/two": "2", "a-b": "x", b: "keep", "c/d/e": "deep" }),
        );
        const second = await host.write(
          repository,
          change(first.id, { "a/one": "one", "c/d/e": undefined, "n/ew": "new" }),
        );
        expect(await read(repository, "main")).toEqual({
          "a/one": "one",
          "a/two": "2",
          "a-b": "x",
          b: "keep",
          "n/ew": "new",
        });
        expect(second.parents).toEqual([first.id]);
      });
      it("can leave no file at all", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "1" }));
        const second = await host.write(repository, change(first.id, { a: undefined }));
        expect(await host.files(repository, second.id)).toEqual([]);
      });
      it("makes no commit when nothing changes", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "1" }));
        expect((await host.write(repository, change(first.id, { a: "1" }))).id).toBe(first.id);
        expect(await host.resolve(repository, "main")).toBe(first.id);
      });
      it("makes a branch", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "1" }));
        const other = await host.write(repository, change(undefined, { a: "2" }, { branch: "try/this" }));
        expect(await host.resolve(repository, "try/this")).toBe(other.id);
        expect(await host.resolve(repository, "refs/heads/try/this")).toBe(other.id);
        expect(await host.resolve(repository, "main")).toBe(first.id);
      });
      it("refuses a change made against an older head, and changes nothing", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "1" }));
        const second = await host.write(repository, change(first.id, { a: "2" }));
        await expect(host.write(repository, change(first.id, { a: "3" }))).rejects.toMatchObject({
          code: "git-conflict",
          details: { expected: first.id, actual: second.id },
        });
        await expect(host.write(repository, change(undefined, { a: "3" }))).rejects.toMatchObject({
          code: "git-conflict",
        });
        expect(await host.resolve(repository, "main")).toBe(second.id);
      });
      it("lets one of many at once win", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "0" }));
        const tries = ["1", "2", "3", "4"].map((content) =>
          host.write(repository, change(first.id, { a: content })),
        );
        const results = await Promise.allSettled(tries);
        const won = results.filter((result) => result.status === "fulfilled");
        expect(won).toHaveLength(1);
        for (const result of results) {
          if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "git-conflict" });
        }
        expect(await host.resolve(repository, "main")).toBe(won[0]?.value.id);
      });
      it("names a repository that isn't there", async () => {
        const missing = { owner, name: "missing" };
        await expect(host.write(missing, change(undefined, { a: "1" }))).rejects.toMatchObject({
          code: "git-repository-missing",
        });
      });
      it.each(["../a", "/a", "a//b", ".git/config", "a/.GIT/hooks/x", ""])(
        "refuses the path %j",
        async (path) => {
          const repository = await fresh();
          await expect(host.write(repository, change(undefined, { [path]: "1" }))).rejects.toMatchObject({
            code: "git-path-invalid",
          });
        },
      );
      it("gives the host's words when it refuses", async (context) => {
        if (!host.capabilities.receiveVerdict) context.skip();
        const repository = await fresh();
        const refused = host.write(repository, change(undefined, { "refuse-me": "1" }));
        await expect(refused).rejects.toMatchObject({
          code: "git-refused",
          details: { lines: expect.arrayContaining([expect.stringContaining("refuse-me")]) },
        });
        expect(await host.resolve(repository, "main")).toBeUndefined();
      });
    });

    describe("reading", () => {
      it("gives files, sizes and bytes as they are", async () => {
        const repository = await fresh();
        const bytes = Uint8Array.from({ length: 1000 }, (_each, index) => index % 256);
        const commit = await host.write(repository, {
          ...change(undefined, {}),
          changes: [
            { path: "bytes.bin", content: bytes },
            { path: "folder/ünïcode & space.txt", content: "ü" },
          ],
        });
        const files = await host.files(repository, commit.id);
        expect(files.map(({ path, mode, size }) => ({ path, mode, size }))).toEqual([
          { path: "bytes.bin", mode: "100644", size: 1000 },
          { path: "folder/ünïcode & space.txt", mode: "100644", size: 2 },
        ]);
        expect(Buffer.from((await host.readFile(repository, "main", "bytes.bin")) ?? []).equals(bytes)).toBe(
          true,
        );
        expect(text(await host.readFile(repository, commit.id, "folder/ünïcode & space.txt"))).toBe("ü");
        expect(await host.files(repository, "main", "folder")).toHaveLength(1);
        expect(await host.files(repository, "main", "fold")).toEqual([]);
      });
      it("says what isn't there", async () => {
        const repository = await fresh();
        const { id } = await host.write(repository, change(undefined, { a: "1" }));
        const nobody = "1".repeat(40);
        expect(await host.resolve(repository, "nope")).toBeUndefined();
        expect(await host.resolve(repository, nobody)).toBeUndefined();
        expect(await host.resolve({ owner, name: "missing" }, "main")).toBeUndefined();
        expect(await host.readFile(repository, id, "nope")).toBeUndefined();
        await expect(host.commit(repository, nobody)).rejects.toMatchObject({ code: "git-ref-missing" });
        await expect(host.files(repository, "nope")).rejects.toMatchObject({ code: "git-ref-missing" });
        await expect(host.readBlob(repository, nobody)).rejects.toMatchObject({ code: "git-ref-missing" });
        await expect(host.history(repository, { ref: "nope", limit: 1 })).rejects.toMatchObject({
          code: "git-ref-missing",
        });
      });
      it("gives the history newest first, by path and in parts", async () => {
        const repository = await fresh();
        let head: ObjectId | undefined;
        for (let index = 0; index < 6; index++) {
          const file = index % 2 === 0 ? "even" : "odd";
          head = (
            await host.write(
              repository,
              change(head, { [file]: String(index) }, { message: `Change ${index}` }),
            )
          ).id;
        }
        const messages = async (options: { path?: string; limit: number; skip?: number }) =>
          (await host.history(repository, { ref: "main", ...options })).map(({ message }) => message.trim());
        expect(await messages({ limit: 2 })).toEqual(["Change 5", "Change 4"]);
        expect(await messages({ limit: 2, skip: 3 })).toEqual(["Change 2", "Change 1"]);
        expect(await messages({ limit: 9, path: "even" })).toEqual(["Change 4", "Change 2", "Change 0"]);
        expect(await messages({ limit: 1, skip: 1, path: "odd" })).toEqual(["Change 3"]);
        expect(await messages({ limit: 5, path: "never" })).toEqual([]);
      });
      it("gives differences", async () => {
        const repository = await fresh();
        const first = await host.write(repository, change(undefined, { a: "one\n", b: "same\n" }));
        const second = await host.write(repository, change(first.id, { a: "two\n" }));
        const third = await host.write(repository, change(second.id, { c: "new\n", b: undefined }));
        expect(await host.diff(repository, undefined, first.id)).toContain("+same");
        expect(await host.diff(repository, first.id, second.id)).toMatch(/^-one\n\+two$/m);
        const far = await host.diff(repository, first.id, third.id);
        expect(far).toMatch(
          /--- a\/a\n\+\+\+ b\/a\n@@ -1 \+1 @@\n-one\n\+two\n|@@ -1,1 \+1,1 @@\n-one\n\+two\n/,
        );
        expect(far).toContain("deleted file mode 100644");
        expect(far).toContain("+new");
      });
    });

    it("registers a webhook once", async () => {
      const repository = await fresh();
      const webhook = { url: "http://127.0.0.1:9/hook", secret: "s", events: ["push"] as const };
      await host.ensureWebhook(repository, webhook);
      await host.ensureWebhook(repository, { ...webhook, secret: "other" });
      await expect(host.ensureWebhook({ owner, name: "missing" }, webhook)).rejects.toMatchObject({
        code: "git-repository-missing",
      });
    });
  });
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
