import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runScenario, type Send } from "../../core/embedded/kubernetes/admission/conformance/scenario.ts";
import { scenarios } from "../../core/embedded/kubernetes/admission/conformance/scenarios.ts";
import { behaviours } from "../../core/embedded/kubernetes/testing/hook-behaviours.ts";
import { type HookServer, openHookServer } from "../../core/embedded/kubernetes/testing/hook-server.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";
import { printLists } from "./print-golden.ts";
import { SettledConfiguration } from "./settled-configuration.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/admission/conformance/golden/answers.json",
  import.meta.url,
);
const rewrites = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("admission's scenarios", () => {
  let lab: Lab;
  let client: ApiClient;
  let hooks: HookServer;
  let settled: SettledConfiguration;
  const answers: Record<string, readonly unknown[]> = {};

  beforeAll(async () => {
    lab = await startLab(["kube-apiserver"]);
    client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    settled = new SettledConfiguration(client);
    hooks = await openHookServer(behaviours);
  });
  afterAll(async () => {
    if (rewrites) writeFileSync(golden, printLists({ ...recorded(), ...answers }));
    await hooks?.close();
    await lab?.stop();
  });

  test.each(scenarios)("$name: as recorded", async (scenario) => {
    answers[scenario.name] = await runScenario(scenario, send, hooks, (...written) =>
      settled.wait(...written),
    );
    if (rewrites) return;
    expect(answers[scenario.name]).toEqual(recorded()[scenario.name]);
  });

  const send: Send = async ({ method, path, body, type }) => {
    const usual = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const { status, headers, body: answered } = await client({ method, path, body, type: type ?? usual });
    return { status, warning: headers["warning"], body: answered };
  };
});

/** What is recorded of the scenarios there are, in their order: a run may record some of them anew. */
function recorded(): Record<string, readonly unknown[]> {
  const held = JSON.parse(readFileSync(golden, "utf8")) as Record<string, readonly unknown[]>;
  return Object.fromEntries(scenarios.map(({ name }) => [name, held[name] ?? []]));
}
