import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../testing/test-cluster.ts";
import { comparable } from "./comparable.ts";
import { type Ending, play, type Send } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

/** What the same scenarios ended in on a real cluster; tests/lab/controllers.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/endings.json", import.meta.url), "utf8")) as Record<
  string,
  unknown
>;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

const send: Send = async (method, path, body, type = "application/json", as) => {
  const headers = {
    "content-type": type,
    accept: "application/json",
    ...(as === undefined ? {} : { "impersonate-user": as }),
  };
  const { status, json } = await cluster.transport.request({ method, path, headers, json: body });
  return { status, body: json };
};

describe("controllers end where Kubernetes' own do", () => {
  test.concurrent.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
    "$name",
    { timeout: 240_000 },
    async (scenario) => {
      const wanted = recorded[scenario.name];
      const isWanted = (ending: Ending) => isDeepStrictEqual(comparable(ending, "local"), wanted);
      const ending = await play(scenario, `scenario-${scenario.index}`, send, isWanted);
      expect(comparable(ending, "local")).toEqual(wanted);
    },
  );
});
