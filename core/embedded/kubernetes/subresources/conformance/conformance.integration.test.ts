import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";
import type { NodeConnection } from "../node-connection.ts";
import { nameOf, objects, requests } from "./requests.ts";

/** What a real API server answered; tests/lab/subresources.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/answers.json", import.meta.url), "utf8")) as Record<
  string,
  { readonly status: number; readonly body: unknown }
>;

const asked = async () => {
  throw new Error("the node was asked");
};

/** Nothing of this gets as far as the node. */
const node: NodeConnection = {
  // biome-ignore lint/correctness/useYield: there is no log to read
  log: async function* () {
    await asked();
  },
  exec: asked,
  attach: asked,
  portForward: asked,
};

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ node });
  for (const { path, body } of objects) await server.ok("POST", path, body);
});
afterAll(() => server.close());

test.each(requests.map((request) => [nameOf(request), request] as const))(
  "%s is answered as by a real API server",
  async (name, { method = "GET", path, user }) => {
    const headers = user === undefined ? {} : { "impersonate-user": user };
    const { status, body } = await server.send(method, `/api/v1/${path}`, { headers });
    const shown = body instanceof Uint8Array ? Buffer.from(body).toString() : (body ?? "");
    expect({ status, body: shown }).toEqual(recorded[name]);
  },
);
