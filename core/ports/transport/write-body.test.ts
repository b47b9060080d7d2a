import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { writeBody } from "./write-body.ts";

async function* pieces(count: number, failAfter = count): AsyncIterable<Uint8Array> {
  for (let index = 0; index < count; index++) {
    if (index === failAfter) throw new Error("the source broke");
    yield Buffer.alloc(64, index);
  }
}

/** One that wants a pause after every piece. */
const slow = () => new PassThrough({ highWaterMark: 1 });

test("a body is written whole to a slow reader, and each pause leaves nothing listening", async () => {
  const outgoing = slow();
  const before = outgoing.listenerCount("close") + outgoing.listenerCount("error");
  let most = 0;
  outgoing.on("drain", () => {
    most = Math.max(most, outgoing.listenerCount("close") + outgoing.listenerCount("error"));
  });
  const received = outgoing.toArray();
  await writeBody(outgoing, pieces(50));
  expect(Buffer.concat(await received)).toHaveLength(50 * 64);
  // The pause itself, and the reader, listen.
  expect(most).toBeLessThan(before + 8);
});

test("nothing more is taken from the source once the connection is gone", async () => {
  const outgoing = slow();
  outgoing.once("data", () => outgoing.destroy());
  await writeBody(outgoing, pieces(Number.MAX_SAFE_INTEGER));
  expect(outgoing.writableFinished).toBe(false);
});

test("a source that breaks is told of, and the body isn't ended", async () => {
  const outgoing = slow().resume();
  await expect(writeBody(outgoing, pieces(3, 2))).rejects.toThrow("the source broke");
  expect(outgoing.writableEnded).toBe(false);
});

test("no body and one of bytes are ended at once", async () => {
  for (const body of [undefined, Buffer.from("x")]) {
    const outgoing = new PassThrough();
    await writeBody(outgoing, body);
    expect(Buffer.concat(await outgoing.toArray()).toString()).toBe(body === undefined ? "" : "x");
  }
});
