import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperationRecord } from "@catalyst/api";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { openEventSpine } from "@catalyst/embedded-events";
import { openStore, type Store } from "@catalyst/embedded-store";
import { openTables } from "@catalyst/embedded-tables";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openOperations } from "./operations.ts";

let dir: string;
let store: Store;
let now = Date.UTC(2026, 0, 1);
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "catalyst-operations-"));
  store = await openStore({ dir });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

async function open() {
  const parts = { spine: await openEventSpine({ store, clock }), tables: openTables(store) };
  return { ...parts, operations: await openOperations(parts, clock) };
}

const install = { kind: "install", organization: "acme", environment: "acme-dev", user: "ada", commit: "c1" };

it("knows an operation again after a restart", async () => {
  const { operations } = await open();
  const begun = await operations.begin({ ...install, application: "blog" });
  await store.close();
  store = await openStore({ dir });
  const again = await open();
  expect(await again.operations.find(begun.id)).toEqual(begun);
  expect(await again.operations.find("none")).toBeUndefined();
});

it("takes over what an earlier version kept in a bucket, once", async () => {
  const spine = await openEventSpine({ store, clock });
  const bucket = await spine.bucket("api-operations");
  const former = Array.from({ length: 1200 }, (_, index): OperationRecord => {
    const id = `former-${index}`;
    return { ...install, id, startedAt: rfc3339(now + index * 1000) };
  });
  await bucket.putAll(former.map((record) => ({ key: record.id, value: record })));
  const { operations, spine: later } = await open();
  for (const record of [former[0], former[777], former[1199]])
    expect(await operations.find(record?.id ?? "")).toEqual(record);
  expect(await (await later.bucket("api-operations")).get("former-0")).toBeUndefined();
});

it("forgets the oldest past ten thousand", async () => {
  const { operations } = await open();
  const old = Array.from({ length: 10_050 }, (_, index): OperationRecord => {
    return { ...install, id: `old-${index}`, startedAt: rfc3339(now + index * 1000) };
  });
  for (let index = 0; index < old.length; index += 500) await operations.adopt(old.slice(index, index + 500));
  now += 100_000_000;
  await operations.begin(install);
  expect(await operations.find("old-0")).toBeUndefined();
  expect(await operations.find("old-49")).toBeUndefined();
  expect(await operations.find("old-60")).toBeDefined();
});
