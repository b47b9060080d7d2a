import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Placement,
  placement,
  withoutChance,
} from "../../core/embedded/workloads/conformance/places/comparable.ts";
import { scenarios } from "../../core/embedded/workloads/conformance/places/scenarios.ts";
import { type Ending, play, type Send } from "../../core/embedded/workloads/conformance/scenario.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL("../../core/embedded/workloads/conformance/golden/places.json", import.meta.url);
/** No kwok: the nodes are the scenarios' own, and nothing runs there. */
const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
const isRewriting = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, ...programs)))(
  "Kubernetes' own scheduler and node controllers",
  () => {
    let lab: Lab;
    let client: ApiClient;
    const placements: Record<string, unknown> = {};

    beforeAll(async () => {
      lab = await startLab(programs);
      client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    });
    afterAll(async () => {
      if (isRewriting)
        writeFileSync(golden, `${JSON.stringify({ ...known(), ...placements }, undefined, 1)}\n`);
      await lab?.stop();
    });

    test.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
      "$name: as recorded",
      async (scenario) => {
        const settled = (shown: Placement) => withoutChance(shown, scenario.outdone ?? []);
        const recorded = known()[scenario.name];
        const wanted = recorded && settled(recorded);
        const isWanted = (ending: Ending) =>
          isRewriting || isDeepStrictEqual(settled(placement(ending)), wanted);
        const ending = placement(await play(scenario, `scenario-${scenario.index}`, send, isWanted));
        placements[scenario.name] = ending;
        if (isRewriting) return;
        expect(settled(ending)).toEqual(wanted);
      },
    );

    const send: Send = (method, path, body, type) => client({ method, path, body, type });
  },
);

/** What is recorded of scenarios there are, so that some alone can be recorded anew. */
function known(): Readonly<Record<string, Placement>> {
  const text = existsSync(golden) ? readFileSync(golden, "utf8") : "{}";
  const recorded = JSON.parse(text) as Readonly<Record<string, Placement>>;
  return Object.fromEntries(
    scenarios.flatMap(({ name }) => (recorded[name] === undefined ? [] : [[name, recorded[name]]])),
  );
}
