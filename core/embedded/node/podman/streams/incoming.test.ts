import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { expect, test } from "vitest";
import { incoming } from "./incoming.ts";

test("what came before a reset is given to its last byte, however slow the reader is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-incoming-"));
  const server = createServer().listen(join(folder, "socket"));
  await once(server, "listening");
  const socket = connect(join(folder, "socket"));
  const [other] = (await once(server, "connection")) as [Socket];
  socket.write("never read");
  other.write(Buffer.alloc(150_000, "a"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  // With unread bytes waiting, this is a reset.
  other.destroy();
  let size = 0;
  for await (const chunk of incoming(socket)) {
    size += chunk.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(size).toBe(150_000);
  server.close();
  rmSync(folder, { recursive: true });
});

test("another failure is thrown after what came before it", async () => {
  const [mine, theirs] = duplexPair();
  theirs.write("first");
  const reading = incoming(mine);
  expect(String((await reading.next()).value)).toBe("first");
  mine.destroy(new Error("broken"));
  await expect(reading.next()).rejects.toThrow("broken");
});

test("an end is one", async () => {
  const [mine, theirs] = duplexPair();
  theirs.end("all");
  const chunks: string[] = [];
  for await (const chunk of incoming(mine)) chunks.push(String(chunk));
  expect(chunks).toEqual(["all"]);
});
