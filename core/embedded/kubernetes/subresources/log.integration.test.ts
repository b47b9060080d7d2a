import { CatalystError } from "@catalyst/base/errors";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../fixtures/test-server.ts";

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

it("a log that isn't there yet is refused in the node's words, once", async () => {
  const pods = "/api/v1/namespaces/default/pods";
  const spec = { containers: [{ name: "a", image: "b" }] };
  await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "early" }, spec });
  const { status, body } = await server.send("GET", `${pods}/early/log`);
  expect([status, body.message]).toEqual([400, said]);
});
