import { duplexPair } from "node:stream";
import { expect, test } from "vitest";
import { SpdyClient } from "../testing/spdy-client.ts";
import { SpdyServerConnection } from "./connection.ts";
import type { SpdyStream } from "./stream.ts";

function connect(accept: (stream: SpdyStream) => boolean, idleTimeout = 60_000) {
  const [theirs, ours] = duplexPair();
  const server = new SpdyServerConnection(ours, { accept, idleTimeout });
  return { client: new SpdyClient(theirs), server, served: server.serve() };
}

async function readAll(stream: SpdyStream): Promise<void> {
  for await (const _chunk of stream);
}

/** Gives everything back. */
function echo(stream: SpdyStream): boolean {
  stream.pipe(stream);
  return true;
}

test("a stream is accepted, gives back what came and ends when the other end has", async () => {
  const { client, served } = connect(echo);
  client.open(1, { streamtype: "data" });
  expect(await client.next()).toEqual({ type: "syn-reply", stream: 1, headers: {}, fin: false });
  client.write(1, "hello ");
  client.write(1, "there", true);
  expect(await client.text(1)).toBe("hello there");
  client.send({ type: "goaway", lastStream: 0, status: 0 });
  await served;
});

test("a stream that isn't accepted is reset", async () => {
  const { client } = connect(({ headers }) => headers["streamtype"] === "data");
  client.open(1, { streamtype: "other" });
  expect(await client.next()).toEqual({ type: "rst-stream", stream: 1, status: 5 });
});

test.each([
  ["of the server's own numbers", [2]],
  ["that was there before", [3, 3]],
  ["older than the newest", [5, 3]],
])("a stream %s is a breach of the protocol", async (_name, ids) => {
  const { client } = connect(echo);
  for (const id of ids) client.open(id, {});
  for (const id of ids.slice(0, -1))
    expect(await client.next()).toMatchObject({ type: "syn-reply", stream: id });
  expect(await client.next()).toEqual({ type: "rst-stream", stream: ids.at(-1), status: 1 });
});

test("a ping is answered, an answer isn't", async () => {
  const { client } = connect(echo);
  client.send({ type: "ping", id: 2 });
  client.send({ type: "ping", id: 3 });
  expect(await client.next()).toEqual({ type: "ping", id: 3 });
});

test("a reset ends the stream for whoever reads it, and nothing is said about it again", async () => {
  let stream: SpdyStream | undefined;
  const { client } = connect((opened) => {
    stream = opened;
    return true;
  });
  client.open(1, {});
  await client.next();
  client.send({ type: "rst-stream", stream: 1, status: 5 });
  client.send({ type: "ping", id: 1 });
  expect(await client.next()).toEqual({ type: "ping", id: 1 });
  await expect(readAll(stream!)).rejects.toMatchObject({ code: "stream-reset" });
});

test("a connection that breaks ends its streams", async () => {
  let stream: SpdyStream | undefined;
  const { client, served } = connect((opened) => {
    stream = opened;
    return true;
  });
  client.open(1, {});
  await client.next();
  client.break();
  await served;
  await expect(readAll(stream!)).rejects.toMatchObject({ code: "stream-reset" });
});

test("a reader that is far behind stops the connection, and lets it go on when it reads", async () => {
  let slow: SpdyStream | undefined;
  const { client } = connect((opened) => {
    if (opened.id === 1) slow = opened;
    else opened.pipe(opened);
    return true;
  });
  client.open(1, {});
  client.open(3, {});
  const piece = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < 3 * 1024 * 1024; sent += piece.length) client.write(1, piece);
  client.write(1, "", true);
  client.write(3, "after", true);
  // The other stream's bytes are behind those that nobody reads yet, and not all of these are taken.
  await expect.poll(() => slow?.readableLength).toBeGreaterThanOrEqual(1024 * 1024);
  expect(slow?.readableLength).toBeLessThan(2 * 1024 * 1024);
  let size = 0;
  const reading = (async () => {
    for await (const chunk of slow!) size += (chunk as Buffer).length;
  })();
  expect(await client.text(3)).toBe("after");
  await reading;
  expect(size).toBe(3 * 1024 * 1024);
});

test("a hundred streams at once are kept apart", async () => {
  const { client } = connect(echo);
  const ids = Array.from({ length: 100 }, (_, index) => 2 * index + 1);
  for (const id of ids) client.open(id, {});
  for (const id of ids) client.write(id, `stream ${id}`, true);
  const texts = new Map<number, string>();
  for (let ended = 0; ended < ids.length; ) {
    const frame = await client.next();
    if (frame?.type !== "data") continue;
    texts.set(frame.stream, (texts.get(frame.stream) ?? "") + Buffer.from(frame.data).toString());
    if (frame.fin) ended++;
  }
  expect([...texts].every(([id, text]) => text === `stream ${id}`)).toBe(true);
});

test("nothing for the idle time closes the connection", async () => {
  const { client, served } = connect(echo, 30);
  expect(await client.next()).toMatchObject({ type: "goaway" });
  client.break();
  await served;
});

test("closing resets what is open and says goodbye", async () => {
  const { client, server, served } = connect(() => true);
  client.open(1, {});
  await client.next();
  server.close();
  expect(await client.next()).toEqual({ type: "rst-stream", stream: 1, status: 5 });
  expect(await client.next()).toEqual({ type: "goaway", lastStream: 1, status: 0 });
  expect(await client.next()).toBeUndefined();
  client.break();
  await served;
});
