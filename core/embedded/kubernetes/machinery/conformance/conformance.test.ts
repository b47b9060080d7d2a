import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MachineryServer } from "./against-machinery.ts";
import { type Answer, comparableAnswer } from "./scenario.ts";
import { suites } from "./scenarios.ts";

/** Machinery answers as a real API server answered; tests/lab/machinery.test.ts records it. */
describe.each(suites)(
  "the object machinery answers as a real API server: $golden",
  ({ golden, scenarios }) => {
    const recorded = JSON.parse(
      readFileSync(new URL(`golden/${golden}.json`, import.meta.url), "utf8"),
    ) as Record<string, readonly Answer[]>;
    // Managers are put in order by when they wrote: a second that passes on the way would change it.
    const now = Date.now();
    const server = new MachineryServer(() => now);

    test.each(scenarios)("$name", async ({ name, steps }) => {
      const answers: unknown[] = [];
      for (const step of steps) answers.push(comparableAnswer(step, await server.run(step)));
      expect(answers).toEqual(recorded[name]);
    });
  },
);
