import { memoryBucket } from "@catalyst/ports/events/testing";
import { expect, it } from "vitest";
import { Users } from "./users.ts";

const ada = { user: "ada", name: "Ada", email: "ada@example.org", sovereignAdmin: false };

it("knows users by their password, over restarts, and keeps no password", async () => {
  const storage = memoryBucket();
  await (await Users.open(storage)).put(ada, "correct horse");
  const users = await Users.open(storage);
  expect(await users.verifyPassword("ada", "correct horse")).toEqual(ada);
  expect(await users.verifyPassword("ada", "wrong")).toBeUndefined();
  expect(await users.verifyPassword("bob", "correct horse")).toBeUndefined();
  expect(JSON.stringify([...storage.kept])).not.toContain("correct horse");
});

it("keeps the password when only the name changes", async () => {
  const users = await Users.open(memoryBucket());
  await users.put(ada, "secret");
  await users.put({ ...ada, name: "Ada L." });
  expect(await users.verifyPassword("ada", "secret")).toMatchObject({ name: "Ada L." });
});

it("lets nobody in who has no password", async () => {
  const users = await Users.open(memoryBucket());
  await users.put(ada);
  expect(await users.verifyPassword("ada", "")).toBeUndefined();
});

it.each(["", "Ada", "a b", "../x", "__proto__"])("refuses the name %j", async (user) => {
  await expect((await Users.open(memoryBucket())).put({ ...ada, user })).rejects.toMatchObject({
    code: "user-invalid",
  });
});
