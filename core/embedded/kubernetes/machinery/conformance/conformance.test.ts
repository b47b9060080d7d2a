import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MachineryServer } from "./against-machinery.ts";
import { type Answer, comparable } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

/** What a real API server answered to the same steps; tests/lab/machinery.test.ts records it. */
const recorded = JSON.parse(readFileSync(new URL("golden/answers.json", import.meta.url), "utf8")) as Record<
  string,
  readonly Answer[]
>;

describe("the object machinery answers as a real API server", () => {
  const server = new MachineryServer(() => Date.now());

  test.each(scenarios)("$name", ({ name, steps }) => {
    const answers = steps.map((step) => comparable(server.run(step)));
    expect(answers).toEqual(recorded[name]);
  });
});
