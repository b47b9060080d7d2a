import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CatalystEvent, eventType } from "./event.ts";
import type { Delivery, EventSpine } from "./spine.ts";

/** A spine to test. `reopen` ends it as a stopping process would and opens it again on the same data. */
export interface OpenedEventSpine {
  readonly spine: EventSpine;
  reopen(): Promise<EventSpine>;
  close(): Promise<void> | void;
}

/** What every event spine does. Subjects, buckets and names are new in each run. */
export function eventSpineContract(name: string, open: () => Promise<OpenedEventSpine>): void {
  describe(`${name} as an event spine`, () => {
    let opened: OpenedEventSpine;
    let spine: EventSpine;
    let count = 0;
    beforeAll(async () => {
      opened = await open();
      spine = opened.spine;
    });
    afterAll(() => opened.close());

    const reopen = async () => {
      spine = await opened.reopen();
    };
    const unique = (word: string) => `${word}${Date.now().toString(36)}${count++}`;
    const event = (data: unknown, id = unique("event")): CatalystEvent => ({
      specversion: "1.0",
      id,
      source: "contract",
      type: eventType("git", "pushed"),
      time: "2026-01-01T00:00:00Z",
      data,
    });
    /** Receives `wanted` deliveries, acknowledging those `accept` says. */
    async function receive(
      durable: string,
      filter: string,
      wanted: number,
      accept: (delivery: Delivery) => boolean = () => true,
      from?: number,
    ): Promise<Delivery[]> {
      const stop = new AbortController();
      const received: Delivery[] = [];
      for await (const delivery of spine.consume({ durable, filter, from, signal: stop.signal })) {
        received.push(delivery);
        if (accept(delivery)) await delivery.ack();
        if (received.length === wanted) break;
      }
      stop.abort();
      return received;
    }
    const data = (deliveries: readonly { readonly event: CatalystEvent }[]) =>
      deliveries.map((each) => each.event.data);
    async function replayed(filter: string, range?: { from?: number; to?: number }): Promise<unknown[]> {
      const found: unknown[] = [];
      for await (const each of spine.replay(filter, range)) found.push(each.event.data);
      return found;
    }

    describe("publishing", () => {
      it("gives growing sequences and keeps the order", async () => {
        const scope = unique("ws");
        const sequences = await Promise.all(
          [1, 2, 3].map((index) => spine.publish(`${scope}.git.${index}`, event(index))),
        );
        expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
        expect(new Set(sequences).size).toBe(3);
        expect(await replayed(`${scope}.>`)).toEqual([1, 2, 3]);
        expect(await spine.last()).toBeGreaterThanOrEqual(sequences[2] ?? Number.NaN);
      });
      it("keeps one of the same id, also among many at once and after a restart", async () => {
        const scope = unique("ws");
        const id = unique("same");
        const [first, second] = await Promise.all([
          spine.publish(`${scope}.a`, event(1, id)),
          spine.publish(`${scope}.a`, event(1, id)),
        ]);
        expect(second).toBe(first);
        await reopen();
        expect(await spine.publish(`${scope}.a`, event(1, id))).toBe(first);
        expect(await spine.publish(`${scope}.a`, event(1), { dedupId: id })).toBe(first);
        expect(await replayed(`${scope}.>`)).toEqual([1]);
      });
      it("publishes many at once", async () => {
        const scope = unique("ws");
        const sequences = await spine.publishAll(
          [1, 2, 3].map((index) => ({ subject: `${scope}.x.${index}`, event: event(index) })),
        );
        expect(sequences).toHaveLength(3);
        expect(await replayed(`${scope}.>`)).toEqual([1, 2, 3]);
      });
      it("checks where the subject stands", async () => {
        const scope = unique("ws");
        const first = await spine.publish(`${scope}.a`, event(1), { expectedLast: 0 });
        await expect(spine.publish(`${scope}.a`, event(2), { expectedLast: 0 })).rejects.toMatchObject({
          code: "events-conflict",
        });
        await spine.publish(`${scope}.a`, event(2), { expectedLast: first });
        const racing = await Promise.allSettled(
          [3, 4, 5].map((index) => spine.publish(`${scope}.b`, event(index), { expectedLast: 0 })),
        );
        expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        expect(await replayed(`${scope}.a`)).toEqual([1, 2]);
      });
      it("refuses a subject with a wildcard in it", async () => {
        await expect(spine.publish("ws.*", event(1))).rejects.toThrow();
        await expect(spine.publish("", event(1))).rejects.toThrow();
      });
    });

    describe("consuming", () => {
      it("delivers what matches, what was there and what comes", async () => {
        const scope = unique("ws");
        await spine.publish(`${scope}.k8s.pod`, event(1));
        await spine.publish(`${scope}x.k8s.pod`, event("other"));
        const receiving = receive(unique("consumer"), `${scope}.>`, 3);
        await spine.publish(`${scope}.flux.app`, event(2));
        await spine.publish(`${scope}.git.c1`, event(3));
        expect(data(await receiving)).toEqual([1, 2, 3]);
      });
      it.each([
        ["a literal", "s.a.one", [1]],
        ["one token", "s.*.one", [1, 3]],
        ["the rest", "s.a.>", [1, 2]],
        ["everything", ">", [1, 2, 3]],
      ])("filters by %s", async (_words, pattern, expected) => {
        const scope = unique("ws");
        await spine.publish(`${scope}.s.a.one`, event(1));
        await spine.publish(`${scope}.s.a.two`, event(2));
        await spine.publish(`${scope}.s.b.one`, event(3));
        const got = await receive(unique("consumer"), `${scope}.${pattern}`, expected.length);
        expect(data(got)).toEqual(expected);
      });
      it("goes on after what was acknowledged, and delivers the rest again", async () => {
        const scope = unique("ws");
        const durable = unique("consumer");
        for (const index of [1, 2, 3, 4]) await spine.publish(`${scope}.a`, event(index));
        await receive(durable, `${scope}.>`, 3, (delivery) => delivery.event.data === 2);
        const again = await receive(durable, `${scope}.>`, 2, () => false);
        expect(data(again)).toEqual([3, 4]);
        expect(again.map((each) => each.redeliveries)).toEqual([1, 0]);
        await reopen();
        expect(data(await receive(durable, `${scope}.>`, 2))).toEqual([3, 4]);
        await spine.publish(`${scope}.a`, event(5));
        expect(data(await receive(durable, `${scope}.>`, 1))).toEqual([5]);
      });
      it("begins where it is told, unless it has a position", async () => {
        const scope = unique("ws");
        const durable = unique("consumer");
        await spine.publish(`${scope}.a`, event(1));
        const second = await spine.publish(`${scope}.a`, event(2));
        await spine.publish(`${scope}.a`, event(3));
        expect(data(await receive(durable, `${scope}.>`, 1, undefined, second))).toEqual([2]);
        expect(data(await receive(durable, `${scope}.>`, 1, undefined, 1))).toEqual([3]);
        await spine.removeConsumer(durable);
        expect(data(await receive(durable, `${scope}.>`, 1))).toEqual([1]);
      });
      it("holds back when the window is full", async () => {
        const scope = unique("ws");
        const stop = new AbortController();
        for (const index of [1, 2, 3]) await spine.publish(`${scope}.a`, event(index));
        const consuming = spine.consume({
          durable: unique("c"),
          filter: `${scope}.>`,
          window: 2,
          signal: stop.signal,
        });
        const iterator = consuming[Symbol.asyncIterator]();
        const first = (await iterator.next()).value as Delivery;
        await iterator.next();
        const third = iterator.next();
        const early = await Promise.race([third.then(() => "delivered"), spine.last().then(() => "held")]);
        expect(early).toBe("held");
        await first.ack();
        expect(((await third).value as Delivery).event.data).toBe(3);
        stop.abort();
        expect((await iterator.next()).done).toBe(true);
      });
      it("lets one of two under the same name receive, and the other take over", async () => {
        const scope = unique("ws");
        const durable = unique("consumer");
        await spine.publish(`${scope}.a`, event(1));
        const stop = new AbortController();
        const first = spine
          .consume({ durable, filter: `${scope}.>`, signal: stop.signal })
          [Symbol.asyncIterator]();
        const one = (await first.next()).value as Delivery;
        const second = receive(durable, `${scope}.>`, 1);
        await one.ack();
        await spine.publish(`${scope}.a`, event(2));
        await first.next();
        stop.abort();
        expect((await first.next()).done).toBe(true);
        expect(data(await second)).toEqual([2]);
      });
      it("ends when it is told to, also while waiting", async () => {
        const stop = new AbortController();
        const consuming = spine.consume({
          durable: unique("c"),
          filter: `${unique("ws")}.>`,
          signal: stop.signal,
        });
        const next = consuming[Symbol.asyncIterator]().next();
        stop.abort();
        expect((await next).done).toBe(true);
      });
    });

    it("replays a range", async () => {
      const scope = unique("ws");
      const sequences = await spine.publishAll(
        [1, 2, 3, 4].map((index) => ({ subject: `${scope}.a`, event: event(index) })),
      );
      const [, from = 0, to = 0] = sequences;
      expect(await replayed(`${scope}.>`, { from, to })).toEqual([2, 3]);
      expect(await replayed(`${scope}.>`, { from: (sequences[3] ?? 0) + 1 })).toEqual([]);
    });

    it("drops what is purged, and nothing else", async () => {
      const scope = unique("ws");
      for (const subject of ["prod.a", "prod.b.c", "dev.a", "prodx.a"]) {
        await spine.publish(`${scope}.${subject}`, event(subject));
      }
      await spine.purge(`${scope}.prod.>`);
      expect(await replayed(`${scope}.>`)).toEqual(["dev.a", "prodx.a"]);
      await spine.purge(`${scope}.*.a`);
      await reopen();
      expect(await replayed(`${scope}.>`)).toEqual([]);
      const last = await spine.last();
      expect(await spine.publish(`${scope}.dev.a`, event(1))).toBeGreaterThan(last);
    });

    describe("key-value buckets", () => {
      it("keeps values with revisions over a restart", async () => {
        const bucket = await spine.bucket(unique("b"));
        expect(await bucket.get("app/blog")).toBeUndefined();
        const first = await bucket.put("app/blog", { phase: "Running", list: [1, null, "ü"] });
        const second = await bucket.put("app/blog", { phase: "Failed" });
        expect(second).toBeGreaterThan(first);
        expect(await bucket.get("app/blog")).toEqual({
          key: "app/blog",
          value: { phase: "Failed" },
          revision: second,
        });
        await bucket.delete("app/blog");
        await bucket.delete("app/blog");
        expect(await bucket.get("app/blog")).toBeUndefined();
        await reopen();
      });
      it("changes a value only where it is expected", async () => {
        const bucket = await spine.bucket(unique("b"));
        const first = await bucket.put("k", 1, 0);
        await expect(bucket.put("k", 2, 0)).rejects.toMatchObject({ code: "events-conflict" });
        const second = await bucket.put("k", 2, first);
        await expect(bucket.put("k", 3, first)).rejects.toMatchObject({ code: "events-conflict" });
        const racing = await Promise.allSettled([4, 5, 6].map((value) => bucket.put("k", value, second)));
        expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        await bucket.delete("k");
        await expect(bucket.put("k", 7, second)).rejects.toMatchObject({ code: "events-conflict" });
        expect(await bucket.put("k", 8, 0)).toBeGreaterThan(second);
      });
      it("lists by prefix, in order", async () => {
        const bucket = await spine.bucket(unique("b"));
        const other = await spine.bucket(unique("b"));
        await bucket.putAll(["pod/b", "pod/a", "pods/x", "app/z"].map((key) => ({ key, value: key })));
        await other.put("pod/c", 1);
        const keys: string[] = [];
        for await (const entry of bucket.entries("pod/")) keys.push(entry.key);
        expect(keys).toEqual(["pod/a", "pod/b"]);
        const all: string[] = [];
        for await (const entry of bucket.entries()) all.push(entry.key);
        expect(all).toEqual(["app/z", "pod/a", "pod/b", "pods/x"]);
      });
      it("drops a bucket whole", async () => {
        const name = unique("b");
        await (await spine.bucket(name)).put("k", 1);
        await spine.removeBucket(name);
        await spine.removeBucket(name);
        expect(await (await spine.bucket(name)).get("k")).toBeUndefined();
      });
    });

    it("property: whatever is acknowledged when, each consumer sees every event at least once and in order", async () => {
      const step = fc.oneof(
        fc.record({
          kind: fc.constant("publish" as const),
          token: fc.constantFrom("a", "b"),
          many: fc.integer({ min: 1, max: 4 }),
        }),
        fc.record({
          kind: fc.constant("receive" as const),
          limit: fc.integer({ min: 1, max: 5 }),
          acks: fc.boolean(),
        }),
        fc.constant({ kind: "restart" as const }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const scope = unique("p");
          const durable = unique("c");
          const published: number[] = [];
          const seen: number[] = [];
          let done = 0;
          for (const each of steps) {
            if (each.kind === "restart") await reopen();
            else if (each.kind === "publish") {
              for (let index = 0; index < each.many; index++) {
                published.push(published.length);
                await spine.publish(`${scope}.${each.token}`, event(published.length - 1));
              }
            } else {
              const wanted = Math.min(each.limit, published.length - done);
              if (wanted === 0) continue;
              const got = data(await receive(durable, `${scope}.*`, wanted, () => each.acks)) as number[];
              // it begins right after what was acknowledged, and goes on without a gap
              expect(got).toEqual(published.slice(done, done + wanted));
              seen.push(...got);
              if (each.acks) done += wanted;
            }
          }
          const rest = published.length - done;
          if (rest > 0) seen.push(...(data(await receive(durable, `${scope}.*`, rest)) as number[]));
          expect(new Set(seen)).toEqual(new Set(published));
        }),
        { numRuns: 25 },
      );
    });
  });
}
