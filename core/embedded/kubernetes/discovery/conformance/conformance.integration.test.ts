import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";
import { comparable, definition, type PathAnswer, requests } from "./paths.ts";

/** What a real API server answered; tests/lab/discovery.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/answers.json", import.meta.url), "utf8")) as Record<
  string,
  PathAnswer
>;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
});
afterAll(() => server.close());

test.each(requests.map((request) => [`${request.method} ${request.path}`, request] as const))(
  "%s is answered as by a real API server",
  async (name, { method, path }) => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const sent = ["POST", "PUT", "PATCH"].includes(method) ? { body: {}, type } : {};
    const { status, headers, body } = await server.send(method, path, sent);
    // A HEAD's body is left out on the way to the caller.
    const told = method === "HEAD" ? "" : body instanceof Uint8Array ? textOf(body) : body;
    expect(comparable(status, headers["content-type"], told)).toEqual(recorded[name]);
  },
);

function textOf(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  return text.startsWith("{") ? JSON.parse(text) : text;
}
