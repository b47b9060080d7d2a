import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Transport } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../../testing/test-cluster.ts";
import { type Ending, play, type Send } from "../scenario.ts";
import { placement } from "./comparable.ts";
import { scenarios } from "./scenarios.ts";

/** What the real ones made of the same scenarios; tests/lab/places.test.ts records it. */
const recorded = JSON.parse(
  readFileSync(new URL("../golden/places.json", import.meta.url), "utf8"),
) as Record<string, unknown>;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster({ hasNode: false });
});
afterAll(() => cluster.close());

describe("Pods are where Kubernetes' own controllers put and leave them", () => {
  test.concurrent.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
    "$name",
    { timeout: 240_000 },
    async (scenario) => {
      // A cluster for each: how many nodes there are is part of what is said.
      const name = `scenario-${scenario.index}`;
      const wanted = recorded[scenario.name];
      const isWanted = (ending: Ending) => isDeepStrictEqual(placement(ending), wanted);
      const ending = await play(scenario, name, sendTo(await cluster.another(name)), isWanted);
      expect(placement(ending)).toEqual(wanted);
    },
  );
});

function sendTo(transport: Transport): Send {
  return async (method, path, body, type = "application/json") => {
    const headers = { "content-type": type, accept: "application/json" };
    const { status, json } = await transport.request({ method, path, headers, json: body });
    return { status, body: json };
  };
}
