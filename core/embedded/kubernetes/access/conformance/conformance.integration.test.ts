import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mastersGroup } from "../../index.ts";
import { adminToken, openTestServer, type TestServer } from "../../testing/test-server.ts";
import { issuerOf } from "../service-account-token.ts";
import { type Answer, type Exchange, runScenario } from "./exchange.ts";
import { scenarios } from "./scenarios.ts";

/** What a real API server answered to the same requests; tests/lab/access.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/answers.json", import.meta.url), "utf8")) as Record<
  string,
  readonly unknown[]
>;

describe("access is given as by a real API server", () => {
  let server: TestServer;
  beforeAll(async () => {
    // the user of the recording server's only token
    const user = { name: "admin", uid: "admin", groups: [mastersGroup] };
    server = await openTestServer({ tokens: [{ token: adminToken, user }] });
  });
  afterAll(() => server.close());

  test.each(scenarios)("$name", async (scenario) => {
    const answers = await runScenario(scenario, send, issuerOf({ name: "management" }));
    expect(answers).toEqual(recorded[scenario.name]);
  });

  async function send({ method, path, token = adminToken, headers, body, type }: Exchange): Promise<Answer> {
    const response = await server.server.handler({
      method,
      path,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        accept: "application/json",
        "content-type": type ?? "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    });
    const { json } = response;
    const text =
      response.body === undefined ? undefined : Buffer.from(response.body as Uint8Array).toString();
    const given = json === undefined ? text : JSON.parse(JSON.stringify(json));
    return { status: response.status, headers: response.headers, body: given };
  }
});
