import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Node } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { comparable } from "../../core/embedded/workloads/conformance/comparable.ts";
import { type Ending, play, type Send } from "../../core/embedded/workloads/conformance/scenario.ts";
import { scenarios } from "../../core/embedded/workloads/conformance/scenarios.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL("../../core/embedded/workloads/conformance/golden/endings.json", import.meta.url);
const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;
const isRewriting = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, ...programs)))("Kubernetes' own controllers", () => {
  let lab: Lab;
  let client: ApiClient;
  const endings: Record<string, unknown> = {};

  beforeAll(async () => {
    lab = await startLab(programs);
    client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    await nodeTakesPods(client);
  });
  afterAll(async () => {
    if (isRewriting) writeFileSync(golden, print({ ...known(), ...endings }));
    await lab?.stop();
  });

  test.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
    "$name: as recorded",
    async (scenario) => {
      const wanted = known()[scenario.name];
      const isWanted = (ending: Ending) =>
        isRewriting || isDeepStrictEqual(comparable(ending, "lab"), wanted);
      const ending = comparable(await play(scenario, `scenario-${scenario.index}`, send, isWanted), "lab");
      endings[scenario.name] = ending;
      if (isRewriting) return;
      expect(ending).toEqual(wanted);
    },
  );

  const send: Send = (method, path, body, type, as) =>
    client({
      ...{ method, path, body, type },
      ...(as === undefined ? {} : { headers: { "impersonate-user": as } }),
    });
});

/** Waits until the node is ready and nothing keeps Pods from it: what the first Pod would be told isn't compared. */
async function nodeTakesPods(client: ApiClient): Promise<void> {
  await vi.waitFor(
    async () => {
      const { body } = await client({ method: "GET", path: "/api/v1/nodes" });
      const nodes = (body as { readonly items: readonly Node[] }).items.map(({ spec, status }) => ({
        ready: status?.conditions?.find(({ type }) => type === "Ready")?.status,
        taints: spec?.taints ?? [],
      }));
      expect(nodes).toEqual([{ ready: "True", taints: [] }]);
    },
    { timeout: 60_000, interval: 200 },
  );
}

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
