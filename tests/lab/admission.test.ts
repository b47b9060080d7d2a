import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behaviours } from "../../core/embedded/kubernetes/admission/conformance/behaviours.ts";
import {
  runScenario,
  type Send,
  type Step,
} from "../../core/embedded/kubernetes/admission/conformance/scenario.ts";
import { scenarios } from "../../core/embedded/kubernetes/admission/conformance/scenarios.ts";
import { type HookServer, openHookServer } from "../../core/embedded/kubernetes/fixtures/hook-server.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/admission/conformance/golden/answers.json",
  import.meta.url,
);
const rewrites = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("admission's scenarios", () => {
  let lab: Lab;
  let hooks: HookServer;
  const answers: Record<string, readonly unknown[]> = {};

  beforeAll(async () => {
    lab = await startLab(["kube-apiserver"]);
    hooks = await openHookServer(behaviours);
  });
  afterAll(async () => {
    if (rewrites) writeFileSync(golden, print({ ...recorded(), ...answers }));
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

  const send: Send = ({ method, path, body, type }) => {
    const usual = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const url = new URL(lab.fact("kube-apiserver", "url") + path);
    const sentBody = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(sentBody === undefined ? {} : { "content-length": sentBody.length }),
      authorization: `Bearer ${lab.fact("kube-apiserver", "token")}`,
      accept: "application/json",
      "content-type": type ?? usual,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, rejectUnauthorized: false }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const text = Buffer.concat(chunks).toString("utf8");
        const warning = response.headers["warning"] as string | undefined;
        const answered = text.startsWith("{") ? (JSON.parse(text) as unknown) : text;
        resolve({ status: response.statusCode ?? 0, warning, body: answered });
      });
      sent.once("error", reject);
      sent.end(sentBody);
    });
  };
});

/** What is recorded of the scenarios there are, in their order: a run may record some of them anew. */
function recorded(): Record<string, readonly unknown[]> {
  const held = JSON.parse(readFileSync(golden, "utf8")) as Record<string, readonly unknown[]>;
  return Object.fromEntries(scenarios.map(({ name }) => [name, held[name] ?? []]));
}

/** One answer on a line, so that a diff shows which changed. */
function print(answers: Readonly<Record<string, readonly unknown[]>>): string {
  const blocks = Object.entries(answers).map(([name, list]) => {
    const lines = list.map((answer) => JSON.stringify(answer)).join(",\n");
    return `${JSON.stringify(name)}:[\n${lines}\n]`;
  });
  return `{\n${blocks.join(",\n")}\n}\n`;
}
