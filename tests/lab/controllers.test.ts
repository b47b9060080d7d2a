import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparable } from "../../core/embedded/workloads/conformance/comparable.ts";
import { play, type Send } from "../../core/embedded/workloads/conformance/scenario.ts";
import { scenarios } from "../../core/embedded/workloads/conformance/scenarios.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL("../../core/embedded/workloads/conformance/golden/endings.json", import.meta.url);
const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;
const isRewriting = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, ...programs)))("Kubernetes' own controllers", () => {
  let lab: Lab;
  const endings: Record<string, unknown> = {};

  beforeAll(async () => {
    lab = await startLab(programs);
  });
  afterAll(async () => {
    if (isRewriting) writeFileSync(golden, print({ ...known(), ...endings }));
    await lab?.stop();
  });

  test.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
    "$name: as recorded",
    async (scenario) => {
      const ending = comparable(await play(scenario, `scenario-${scenario.index}`, send), "lab");
      endings[scenario.name] = ending;
      if (isRewriting) return;
      expect(ending).toEqual(known()[scenario.name]);
    },
  );

  const send: Send = (method, path, body, type = "application/json") => {
    const url = new URL(lab.fact("kube-apiserver", "url") + path);
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${lab.fact("kube-apiserver", "token")}`,
      accept: "application/json",
      "content-type": type,
      // Without it Node sends no body with a DELETE that the other side could read.
      "content-length": Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, rejectUnauthorized: false }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          answer += part;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: answer.startsWith("{") ? JSON.parse(answer) : answer,
          }),
        );
      });
      sent.on("error", reject);
      sent.end(text);
    });
  };
});

/** What is recorded of scenarios there are, so that some alone can be recorded anew. */
function known(): Readonly<Record<string, unknown>> {
  const recorded = existsSync(golden) ? JSON.parse(readFileSync(golden, "utf8")) : {};
  return Object.fromEntries(
    scenarios.flatMap(({ name }) => (name in recorded ? [[name, recorded[name]]] : [])),
  );
}

/** One object on a line, so that a diff shows which changed. */
function print(endings: Readonly<Record<string, unknown>>): string {
  const blocks = Object.entries(endings).map(([name, ending]) => {
    const resources = Object.entries(ending as Record<string, readonly unknown[]>).map(
      ([resource, objects]) => {
        const lines = objects.map((object) => JSON.stringify(object)).join(",\n");
        return `${JSON.stringify(resource)}:[\n${lines}\n]`;
      },
    );
    return `${JSON.stringify(name)}:{\n${resources.join(",\n")}\n}`;
  });
  return `{\n${blocks.join(",\n")}\n}\n`;
}
