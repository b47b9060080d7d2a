import type { KeyValue } from "@catalyst/ports/events";
import { expect, it } from "vitest";
import { Users } from "./users.ts";

function bucket(): KeyValue & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    get: async () => undefined,
    put: async (key, value) => {
      kept.set(key, value);
      return 1;
    },
    putAll: async () => undefined,
    delete: async (key) => void kept.delete(key),
    entries: async function* () {
      for (const [key, value] of kept) yield { key, value, revision: 1 };
    },
  };
}

const ada = { user: "ada", name: "Ada", email: "ada@example.org", sovereignAdmin: false };

it("knows users by their password, over restarts, and keeps no password", async () => {
  const storage = bucket();
  await (await Users.open(storage)).put(ada, "correct horse");
  const users = await Users.open(storage);
  expect(await users.verifyPassword("ada", "correct horse")).toEqual(ada);
  expect(await users.verifyPassword("ada", "wrong")).toBeUndefined();
  expect(await users.verifyPassword("bob", "correct horse")).toBeUndefined();
  expect(JSON.stringify([...storage.kept])).not.toContain("correct horse");
});

it("keeps the password when only the name changes", async () => {
  const users = await Users.open(bucket());
  await users.put(ada, "secret");
  await users.put({ ...ada, name: "Ada L." });
  expect(await users.verifyPassword("ada", "secret")).toMatchObject({ name: "Ada L." });
});

it("lets nobody in who has no password", async () => {
  const users = await Users.open(bucket());
  await users.put(ada);
  expect(await users.verifyPassword("ada", "")).toBeUndefined();
});

it.each(["", "Ada", "a b", "../x", "__proto__"])("refuses the name %j", async (user) => {
  await expect((await Users.open(bucket())).put({ ...ada, user })).rejects.toMatchObject({
    code: "user-invalid",
  });
});
