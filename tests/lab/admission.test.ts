import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  runScenario,
  type Send,
  type Step,
} from "../../core/embedded/kubernetes/admission/conformance/scenario.ts";
import { scenarios } from "../../core/embedded/kubernetes/admission/conformance/scenarios.ts";
import { behaviours } from "../../core/embedded/kubernetes/testing/hook-behaviours.ts";
import { type HookServer, openHookServer } from "../../core/embedded/kubernetes/testing/hook-server.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";
import { printLists } from "./print-golden.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/admission/conformance/golden/answers.json",
  import.meta.url,
);
const rewrites = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("admission's scenarios", () => {
  let lab: Lab;
  let client: ApiClient;
  let hooks: HookServer;
  const answers: Record<string, readonly unknown[]> = {};

  beforeAll(async () => {
    lab = await startLab(["kube-apiserver"]);
    client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    hooks = await openHookServer(behaviours);
  });
  afterAll(async () => {
    if (rewrites) writeFileSync(golden, printLists({ ...recorded(), ...answers }));
    await hooks?.close();
    await lab?.stop();
  });

  test.each(scenarios)("$name: as recorded", { timeout: 60_000 }, async (scenario) => {
    answers[scenario.name] = await runScenario(scenario, send, hooks, settle);
    if (rewrites) return;
    expect(answers[scenario.name]).toEqual(recorded()[scenario.name]);
  });

  /**
   * The API server learns of a configuration by a watch of its own, of policies once a second, and tells nobody
   * when it has. A policy has no effect until it is bound.
   */
  async function settle({ path }: Step): Promise<void> {
    if (path.includes("admissionpolicies")) return;
    const milliseconds = path.includes("admissionpolicybindings") ? 2200 : 1000;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

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
