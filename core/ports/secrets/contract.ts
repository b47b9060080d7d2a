import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keptVersions, type SecretStore } from "./store.ts";

/**
 * A store to test; `denied` is the same one with credentials that may do nothing, `writer` with some that may do
 * everything but read a value.
 */
export interface OpenedSecretStore {
  readonly secrets: SecretStore;
  readonly writer: SecretStore;
  readonly denied: SecretStore;
  close(): Promise<void> | void;
}

/** What every secret store does. Paths are new in each run. */
export function secretStoreContract(name: string, open: () => Promise<OpenedSecretStore>): void {
  describe(`${name} as a secret store`, () => {
    let opened: OpenedSecretStore;
    let secrets: SecretStore;
    let count = 0;
    const root = `org/contract-${Date.now().toString(36)}/env/dev`;
    const fresh = () => `${root}/secret-${count++}`;
    beforeAll(async () => {
      opened = await open();
      secrets = opened.secrets;
    });
    afterAll(() => opened.close());

    it("keeps versions", async () => {
      const path = fresh();
      expect(await secrets.read(path)).toBeUndefined();
      expect(await secrets.metadata(path)).toBeUndefined();
      expect(await secrets.write(path, { password: "one", user: 'ü \n"' })).toBe(1);
      expect(await secrets.write(path, { password: "two" })).toBe(2);
      expect(await secrets.read(path)).toMatchObject({ version: 2, data: { password: "two" } });
      expect(await secrets.read(path, 1)).toMatchObject({
        version: 1,
        data: { password: "one", user: 'ü \n"' },
      });
      expect(await secrets.read(path, 3)).toBeUndefined();
      const metadata = await secrets.metadata(path);
      expect(metadata?.currentVersion).toBe(2);
      expect(Number.isNaN(Date.parse(metadata?.updatedAt ?? ""))).toBe(false);
      expect(metadata?.versions.map(({ version }) => version)).toEqual([1, 2]);
      for (const { createdAt } of metadata?.versions ?? [])
        expect(Number.isNaN(Date.parse(createdAt))).toBe(false);
    });

    it("keeps so many versions and no more", async () => {
      const path = fresh();
      for (let count = 0; count <= keptVersions; count++) await secrets.write(path, { a: String(count) });
      expect(await secrets.read(path, 1)).toBeUndefined();
      expect((await secrets.read(path, 2))?.data).toEqual({ a: "1" });
      expect((await secrets.metadata(path))?.versions).toHaveLength(keptVersions);
    });

    it("destroys single versions and never gives their numbers again", async () => {
      const path = fresh();
      for (const a of ["1", "2", "3"]) await secrets.write(path, { a });
      await secrets.destroy(path, [1, 3, 9]);
      await secrets.destroy(path, [3]);
      expect(await secrets.read(path, 1)).toBeUndefined();
      expect(await secrets.read(path)).toBeUndefined();
      expect((await secrets.read(path, 2))?.data).toEqual({ a: "2" });
      expect((await secrets.metadata(path))?.versions.map(({ version }) => version)).toEqual([2]);
      await secrets.destroy(path, [2]);
      expect(await secrets.metadata(path)).toMatchObject({ currentVersion: 3, versions: [] });
      expect(await secrets.write(path, { a: "4" })).toBe(4);
    });

    it("says of versions when they were made to whoever may not read them", async () => {
      const path = fresh();
      await secrets.write(path, { a: "1" });
      await expect(opened.writer.read(path)).rejects.toMatchObject({ code: "secrets-denied" });
      expect((await opened.writer.metadata(path))?.currentVersion).toBe(1);
      expect(await opened.writer.write(path, { a: "2" })).toBe(2);
    });

    it("writes only where it is expected", async () => {
      const path = fresh();
      await secrets.write(path, { a: "1" }, 0);
      await expect(secrets.write(path, { a: "2" }, 0)).rejects.toMatchObject({ code: "secrets-conflict" });
      await secrets.write(path, { a: "2" }, 1);
      const racing = await Promise.allSettled(["3", "4", "5"].map((a) => secrets.write(path, { a }, 2)));
      expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect((await secrets.metadata(path))?.currentVersion).toBe(3);
    });

    it("removes all versions; a new one begins again", async () => {
      const path = fresh();
      await secrets.write(path, { a: "1" });
      await secrets.remove(path);
      await secrets.remove(path);
      expect(await secrets.read(path, 1)).toBeUndefined();
      expect(await secrets.metadata(path)).toBeUndefined();
      expect(await secrets.write(path, { a: "2" }, 0)).toBe(1);
    });

    it("lists what is directly below a path", async () => {
      const folder = fresh();
      await secrets.write(`${folder}/blog`, { a: "1" });
      await secrets.write(`${folder}/blog/admin`, { a: "1" });
      await secrets.write(`${folder}/shop/db/main`, { a: "1" });
      await secrets.write(`${folder}x/other`, { a: "1" });
      expect([...(await secrets.list(folder))].sort()).toEqual(["blog", "blog/", "shop/"]);
      expect(await secrets.list(`${folder}/shop`)).toEqual(["db/"]);
      expect(await secrets.list(`${folder}/none`)).toEqual([]);
    });

    it("keeps names with special characters apart", async () => {
      const folder = fresh();
      await secrets.write(`${folder}/a b`, { a: "space" });
      await secrets.write(`${folder}/a%20b`, { a: "percent" });
      expect((await secrets.read(`${folder}/a b`))?.data).toEqual({ a: "space" });
      expect((await secrets.read(`${folder}/a%20b`))?.data).toEqual({ a: "percent" });
    });

    it("25: says no value in an error", async () => {
      const path = fresh();
      await secrets.write(path, { a: "1" });
      const error = await secrets.write(path, { a: "very-secret" }, 7).catch((caught: unknown) => caught);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("very-secret");
    });

    it("denies whoever may not", async () => {
      const path = fresh();
      await secrets.write(path, { a: "1" });
      const denied = { code: "secrets-denied" };
      await expect(opened.denied.read(path)).rejects.toMatchObject(denied);
      await expect(opened.denied.write(path, { a: "2" })).rejects.toMatchObject(denied);
      await expect(opened.denied.destroy(path, [1])).rejects.toMatchObject(denied);
      await expect(opened.denied.remove(path)).rejects.toMatchObject(denied);
      await expect(opened.denied.metadata(path)).rejects.toMatchObject(denied);
      await expect(opened.denied.list(root)).rejects.toMatchObject(denied);
      expect((await secrets.read(path))?.data).toEqual({ a: "1" });
    });
  });
}
