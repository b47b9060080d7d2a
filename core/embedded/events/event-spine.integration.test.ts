import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "@catalyst/base/clock";
import { openStore, type Store } from "@catalyst/embedded-store";
import type { CatalystEvent, EventSpine } from "@catalyst/ports/events";
import { eventSpineContract } from "@catalyst/ports/events/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEventSpine } from "./index.ts";

eventSpineContract("the embedded log", async () => {
  const dir = await mkdtemp(join(tmpdir(), "catalyst-events-"));
  let store = await openStore({ dir });
  const open = () => openEventSpine({ store, clock: systemClock });
  return {
    spine: await open(),
    reopen: async () => {
      await store.close();
      store = await openStore({ dir });
      return open();
    },
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
});

describe("the embedded log", () => {
  let dir: string;
  let store: Store;
  let now = 1_000_000;
  const clock = { ...systemClock, now: () => now };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "catalyst-events-"));
    store = await openStore({ dir });
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  const event = (id: string): CatalystEvent => ({
    specversion: "1.0",
    id,
    source: "test",
    type: "io.openova.catalyst.git.pushed.v1",
    time: "2026-01-01T00:00:00Z",
    data: id,
  });
  const ids = async (spine: EventSpine) => {
    const found: string[] = [];
    for await (const each of spine.replay(">")) found.push(each.event.id);
    return found;
  };
  /** Changes the database behind the store's back, as a failing disk would. */
  async function damage(sql: string): Promise<void> {
    await store.close();
    const database = new DatabaseSync(join(dir, "store.db"));
    database.function("row_checksum", { varargs: true }, () => 0);
    database.exec(sql);
    database.close();
    store = await openStore({ dir });
  }

  it("keeps no more events than it is told", async () => {
    const spine = await openEventSpine({ store, clock, retention: { events: 3 } });
    for (let index = 0; index < 5; index++) await spine.publish("ws.a", event(`e${index}`));
    const again = await openEventSpine({ store, clock, retention: { events: 3 } });
    expect(await ids(again)).toEqual(["e2", "e3", "e4"]);
  });

  it("keeps events no longer than it is told", async () => {
    const spine = await openEventSpine({ store, clock, retention: { milliseconds: 1000 } });
    await spine.publish("ws.a", event("old"));
    now += 2000;
    await spine.publish("ws.a", event("new"));
    expect(await ids(await openEventSpine({ store, clock, retention: { milliseconds: 1000 } }))).toEqual([
      "new",
    ]);
  });

  it("never gives a sequence twice, also when the newest events are gone", async () => {
    const spine = await openEventSpine({ store, clock });
    const first = await spine.publish("ws.a", event("a"));
    await spine.purge(">");
    await store.close();
    store = await openStore({ dir });
    const again = await openEventSpine({ store, clock });
    expect(await again.last()).toBe(first);
    expect(await again.publish("ws.a", event("b"))).toBeGreaterThan(first);
  });

  it("37: doesn't open on an altered event at the log's end", async () => {
    const spine = await openEventSpine({ store, clock });
    for (const id of ["a", "b", "c"]) await spine.publish("ws.a", event(id));
    await damage(`UPDATE events_log SET event = replace(event, '"b"', '"x"') WHERE sequence = 2`);
    await expect(openEventSpine({ store, clock })).rejects.toMatchObject({ code: "events-damaged" });
  });

  it("37: never serves an altered event from further back", async () => {
    const spine = await openEventSpine({ store, clock });
    await spine.publishAll(
      Array.from({ length: 600 }, (_each, index) => ({ subject: "ws.a", event: event(`e${index}`) })),
    );
    await damage("UPDATE events_log SET subject = 'ws.b' WHERE sequence = 2");
    const again = await openEventSpine({ store, clock });
    await expect(ids(again)).rejects.toMatchObject({ code: "events-damaged" });
    expect(await store.check()).toEqual(["row 2 of events_log was altered"]);
  });

  it("37: serves neither an altered value nor an altered position", async () => {
    const spine = await openEventSpine({ store, clock });
    await spine.publish("ws.a", event("a"));
    await (await spine.bucket("b")).put("k", 1);
    for await (const delivery of spine.consume({
      durable: "c",
      filter: ">",
      signal: new AbortController().signal,
    })) {
      await delivery.ack();
      break;
    }
    await damage("UPDATE events_values SET value = '2'; UPDATE events_consumers SET position = 0");
    const again = await openEventSpine({ store, clock });
    await expect((await again.bucket("b")).get("k")).rejects.toMatchObject({ code: "events-damaged" });
    const consuming = again.consume({ durable: "c", filter: ">", signal: new AbortController().signal });
    await expect(consuming[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "events-damaged" });
  });

  it("says when the disk is full, and goes on when there is room", async () => {
    await store.close();
    store = await openStore({ dir, maxBytes: 300_000 });
    const spine = await openEventSpine({ store, clock });
    const large = { ...event("large"), data: "x".repeat(400_000) };
    await expect(spine.publish("ws.a", large)).rejects.toMatchObject({ code: "events-full" });
    await expect(spine.publish("ws.a", { ...large, data: "x".repeat(2_000_000) })).rejects.toMatchObject({
      code: "events-too-large",
    });
    await spine.publish("ws.a", event("small"));
    expect(await ids(spine)).toEqual(["small"]);
  });

  it("serves consumers that are far behind from the disk, and hands over to memory without a gap", async () => {
    const spine = await openEventSpine({ store, clock });
    const events = Array.from({ length: 9000 }, (_each, index) => ({
      subject: "ws.a",
      event: event(`e${index}`),
    }));
    await spine.publishAll(events);
    const got: string[] = [];
    const stop = new AbortController();
    for await (const delivery of spine.consume({
      durable: "c",
      filter: "ws.>",
      window: 10_000,
      signal: stop.signal,
    })) {
      got.push(delivery.event.id);
      if (got.length === 8999) await spine.publish("ws.a", event("last"));
      if (got.length === 9001) break;
    }
    expect(got).toEqual([...events.map((each) => each.event.id), "last"]);
  });
});
