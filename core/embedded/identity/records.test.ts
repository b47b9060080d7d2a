import type { Clock } from "@catalyst/base/clock";
import { memoryBucket } from "@catalyst/ports/events/testing";
import { beforeEach, expect, it } from "vitest";
import { ProviderRecords } from "./records.ts";

let now = 1_000_000;
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
let bucket: ReturnType<typeof memoryBucket>;
beforeEach(() => {
  bucket = memoryBucket();
});

const open = () => ProviderRecords.open(bucket, clock);
const session = (user: string) => ({ jti: "secret-id", uid: `uid-${user}`, accountId: user });

it("keeps who is signed in over a restart, and not the secret that proves it", async () => {
  await (await open()).adapter("Session").upsert("secret-id", session("ada"), 3600);
  expect(JSON.stringify([...bucket.kept])).not.toContain("secret-id");
  const sessions = (await open()).adapter("Session");
  expect(await sessions.find("secret-id")).toEqual(session("ada"));
  expect(await sessions.findByUid("uid-ada")).toMatchObject({ accountId: "ada" });
  expect(await sessions.find("another")).toBeUndefined();
});

it("keeps what is under way in memory only", async () => {
  const records = await open();
  await records.adapter("AuthorizationCode").upsert("code", { jti: "code", grantId: "g" }, 60);
  expect(await records.adapter("AuthorizationCode").find("code")).toMatchObject({ grantId: "g" });
  expect(await records.adapter("AccessToken").find("code")).toBeUndefined();
  expect(bucket.kept.size).toBe(0);
});

it("knows nothing that expired, was destroyed or revoked", async () => {
  const records = await open();
  const [sessions, codes] = [records.adapter("Session"), records.adapter("AuthorizationCode")];
  await sessions.upsert("a", session("ada"), 60);
  await sessions.upsert("b", session("bob"), 60);
  await codes.upsert("code", { jti: "code", grantId: "g" }, 60);
  await sessions.destroy("a");
  await codes.revokeByGrantId("g");
  expect([await sessions.find("a"), await codes.find("code")]).toEqual([undefined, undefined]);
  now += 60_000;
  expect([await sessions.find("b"), await sessions.findByUid("uid-bob")]).toEqual([undefined, undefined]);
  await open();
  expect(bucket.kept.size).toBe(0);
});

it("says that a code was used", async () => {
  const codes = (await open()).adapter("AuthorizationCode");
  await codes.upsert("code", { jti: "code" }, 60);
  await codes.consume("code");
  expect(await codes.find("code")).toMatchObject({ consumed: Math.floor(now / 1000) });
});

it("ends the sign-ins of one user", async () => {
  const records = await open();
  const sessions = records.adapter("Session");
  await sessions.upsert("a", session("ada"), 3600);
  await sessions.upsert("b", session("bob"), 3600);
  await records.endSessions("ada");
  const kept = (await open()).adapter("Session");
  expect([await kept.find("a"), await kept.find("b")]).toMatchObject([undefined, { accountId: "bob" }]);
});
