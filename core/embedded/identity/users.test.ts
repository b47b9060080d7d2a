import { type Clock, systemClock } from "@catalyst/base/clock";
import { memoryBucket } from "@catalyst/ports/events/testing";
import { describe, expect, it } from "vitest";
import { Users } from "./users.ts";

const ada = { user: "ada", name: "Ada", email: "ada@example.org", sovereignAdmin: false };

it("knows users by their password, over restarts, and keeps no password", async () => {
  const storage = memoryBucket();
  await (await Users.open(storage, systemClock)).put(ada, "correct horse");
  const users = await Users.open(storage, systemClock);
  expect(await users.verifyPassword("ada", "correct horse")).toEqual(ada);
  expect(await users.verifyPassword("ada", "wrong")).toBeUndefined();
  expect(await users.verifyPassword("bob", "correct horse")).toBeUndefined();
  expect(JSON.stringify([...storage.kept])).not.toContain("correct horse");
});

it("keeps the password when only the name changes", async () => {
  const users = await Users.open(memoryBucket(), systemClock);
  await users.put(ada, "secret");
  await users.put({ ...ada, name: "Ada L." });
  expect(await users.verifyPassword("ada", "secret")).toMatchObject({ name: "Ada L." });
});

it("lets nobody in who has no password", async () => {
  const users = await Users.open(memoryBucket(), systemClock);
  await users.put(ada);
  expect(await users.verifyPassword("ada", "")).toBeUndefined();
});

it.each(["", "Ada", "a b", "../x", "__proto__"])("refuses the name %j", async (user) => {
  await expect((await Users.open(memoryBucket(), systemClock)).put({ ...ada, user })).rejects.toMatchObject({
    code: "user-invalid",
  });
});

describe("a code to set a password", () => {
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const chosen = "correct horse battery";

  async function open() {
    const storage = memoryBucket();
    const users = await Users.open(storage, clock);
    await users.put(ada);
    return { storage, users, code: await users.makePasswordCode("ada") };
  }

  it("sets it once, also after a restart, and isn't kept itself", async () => {
    const { storage, code } = await open();
    expect(JSON.stringify([...storage.kept])).not.toContain(code);
    const users = await Users.open(storage, clock);
    await users.put({ ...ada, name: "Ada L." });
    await users.setPassword("ada", code, chosen);
    expect(await users.verifyPassword("ada", chosen)).toMatchObject({ user: "ada" });
    expect(users.acceptsPasswordCode("ada", code)).toBe(false);
    const again = users.setPassword("ada", code, "another password");
    await expect(again).rejects.toMatchObject({ code: "password-link-used" });
  });

  it("of two uses at once lets one through", async () => {
    const { users, code } = await open();
    const uses = [chosen, "another password"].map((password) => users.setPassword("ada", code, password));
    const outcomes = await Promise.allSettled(uses);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is good for another password after one that is too short", async () => {
    const { users, code } = await open();
    const short = users.setPassword("ada", code, "short");
    await expect(short).rejects.toMatchObject({ code: "password-refused" });
    await users.setPassword("ada", code, chosen);
  });

  it("is good for nobody else, not for ever, and not after a newer one", async () => {
    const { users, code } = await open();
    await users.put({ ...ada, user: "bob" });
    expect(users.acceptsPasswordCode("bob", code)).toBe(false);
    expect(users.acceptsPasswordCode("nobody", code)).toBe(false);
    const newer = await users.makePasswordCode("ada");
    expect([code, newer].map((each) => users.acceptsPasswordCode("ada", each))).toEqual([false, true]);
    now += 7 * 24 * 3_600_000;
    expect(users.acceptsPasswordCode("ada", newer)).toBe(false);
  });
});

describe("guessing a password", () => {
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const right = "correct horse battery";

  async function open() {
    const users = await Users.open(memoryBucket(), clock);
    await users.put(ada, right);
    return users;
  }
  const guess = (users: Users, times: number, user = "ada") =>
    Promise.allSettled(Array.from({ length: times }, () => users.verifyPassword(user, "wrong")));

  it("ends after ten, all at once too, and goes on after five minutes", async () => {
    const users = await open();
    const tried = await guess(users, 15);
    expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    await expect(users.verifyPassword("ada", right)).rejects.toMatchObject({ code: "password-blocked" });
    now += 5 * 60_000;
    expect(await users.verifyPassword("ada", right)).toEqual(ada);
  });

  it("isn't what many do who know it", async () => {
    const users = await open();
    const known = Promise.all(Array.from({ length: 15 }, () => users.verifyPassword("ada", right)));
    expect(await known).toEqual(Array.from({ length: 15 }, () => ada));
  });

  it("tells nobody whether there is such a user", async () => {
    const users = await open();
    await guess(users, 10, "nobody");
    await expect(users.verifyPassword("nobody", right)).rejects.toMatchObject({ code: "password-blocked" });
    expect(await users.verifyPassword("ada", right)).toEqual(ada);
  });

  it("begins anew after the right one, and after a new password", async () => {
    const users = await open();
    await guess(users, 9);
    await users.verifyPassword("ada", right);
    await guess(users, 10);
    await users.setPassword("ada", await users.makePasswordCode("ada"), `${right} 2`);
    expect(await users.verifyPassword("ada", `${right} 2`)).toEqual(ada);
  });
});
