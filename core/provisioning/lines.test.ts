import { expect, test } from "vitest";
import { Lines } from "./lines.ts";

test("work of one name goes one after another, in order, also after a failure", async () => {
  const lines = new Lines();
  let running = 0;
  const order: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, index) =>
      lines.wait("acme-dev", async () => {
        expect(++running).toBe(1);
        await new Promise((done) => setImmediate(done));
        running--;
        order.push(index);
        if (index === 7) throw new Error("refused");
        return index;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(results.filter(({ status }) => status === "rejected").length).toBe(1);
});

test("another name doesn't wait", async () => {
  const lines = new Lines();
  void lines.wait("acme-dev", () => new Promise(() => {}));
  expect(await lines.wait("acme-prod", async () => "done")).toBe("done");
});
