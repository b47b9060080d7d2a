import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behaviours } from "../../testing/hook-behaviours.ts";
import { type HookServer, openHookServer } from "../../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";
import { runScenario, type Send } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

/** What a real API server answered to the same requests; tests/lab/admission.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/answers.json", import.meta.url), "utf8")) as Record<
  string,
  readonly unknown[]
>;

/** What a writer is told of a RuntimeClass here alone: its handler runs nothing. */
const ownWarning = /run here as all others/;

describe("admission answers as a real API server", () => {
  let server: TestServer;
  let hooks: HookServer;

  beforeAll(async () => {
    server = await openTestServer({ loopbackWebhooks: true });
    hooks = await openHookServer(behaviours);
  });
  afterAll(async () => {
    await server.close();
    await hooks.close();
  });

  const send: Send = async ({ method, path, body, type }) => {
    const usual = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const sent = type === undefined ? usual : type;
    const reply = await server.send(method, path, { body, type: sent });
    const warning = reply.headers["warning"];
    return {
      status: reply.status,
      warning: ownWarning.test(warning ?? "") ? undefined : warning,
      body: reply.body,
    };
  };

  test.each(scenarios)("$name", async (scenario) => {
    expect(await runScenario(scenario, send, hooks, async () => {})).toEqual(recorded[scenario.name]);
  });
});
