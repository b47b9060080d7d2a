import { duplexPair } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketClient, webSocketHeaders } from "../streams/testing/websocket-client.ts";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";

const said = 'container "a" in pod "early" is waiting to start';
let server: TestServer;

beforeAll(async () => {
  server = await openTestServer({
    node: {
      // biome-ignore lint/correctness/useYield: there is no log to read
      log: async function* () {
        throw new CatalystError("node-log-absent", said);
      },
    },
  });
});
afterAll(() => server.close());

test("a log that isn't there yet is refused in the node's words, once", async () => {
  const pods = "/api/v1/namespaces/default/pods";
  const spec = { nodeName: "here", containers: [{ name: "a", image: "b" }] };
  await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "early" }, spec });
  const { status, body } = await server.send("GET", `${pods}/early/log`);
  expect([status, body.message]).toEqual([400, said]);
});

test.each([
  ["token is taken away", () => server.server.removeToken("of-reader")],
  ["server stops", () => server.server.close()],
])("a log that is followed ends when its reader's %s (security case 29)", async (_what, takeAway) => {
  await server.close();
  server = await openTestServer({
    node: {
      log: async function* (_cluster, _pod, { signal }) {
        yield Buffer.from("said\n");
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      },
    },
  });
  const spec = { nodeName: "here", containers: [{ name: "a", image: "b" }] };
  await server.ok("POST", "/api/v1/namespaces/default/pods", { metadata: { name: "p" }, spec });
  server.server.addToken({ token: "of-reader", user: { name: "reader", groups: ["system:masters"] } });
  const { body } = await server.send("GET", "/api/v1/namespaces/default/pods/p/log?follow=true", {
    token: "of-reader",
  });
  const pieces: string[] = [];
  const reading = (async () => {
    for await (const piece of body) pieces.push(String(piece));
  })();
  await expect.poll(() => pieces).toEqual(["said\n"]);
  await takeAway();
  await reading;
});

test.each([
  ["binary.k8s.io", "said\n", "more\n"],
  ["base64.binary.k8s.io", "c2FpZAo=", "bW9yZQo="],
])("a log is read as the messages of a websocket (%s)", async (protocol, ...messages) => {
  await server.close();
  server = await openTestServer({
    node: {
      log: async function* () {
        yield Buffer.from("said\n");
        yield Buffer.from("more\n");
      },
    },
  });
  const spec = { nodeName: "here", containers: [{ name: "a", image: "b" }] };
  await server.ok("POST", "/api/v1/namespaces/default/pods", { metadata: { name: "p" }, spec });
  const headers = {
    authorization: `Bearer ${adminToken}`,
    ...webSocketHeaders("v4.channel.k8s.io", protocol),
  };
  const path = "/api/v1/namespaces/default/pods/p/log";
  const response = await server.server.handler({ method: "GET", path, headers });
  expect([response.status, response.headers["sec-websocket-protocol"]]).toEqual([101, protocol]);
  const [mine, theirs] = duplexPair();
  response.upgrade?.(theirs);
  const client = new WebSocketClient(mine);
  const read: (string | undefined)[] = [];
  for (let index = 0; index < 4; index++) read.push((await client.next())?.toString());
  expect(read).toEqual(["", ...messages, undefined]);
  expect(client.closeCode).toBe(1000);
  const other = { ...headers, ...webSocketHeaders("v4.channel.k8s.io") };
  expect((await server.server.handler({ method: "GET", path, headers: other })).status).toBe(403);
});
