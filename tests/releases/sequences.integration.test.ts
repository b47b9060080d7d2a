import { describe, expect, test } from "vitest";
import { readGolden } from "./recorded.ts";
import { runSequence } from "./run-sequence.ts";
import { sequences } from "./sequences/index.ts";
import { openWorld } from "./world.ts";

/**
 * Our reconciler of HelmReleases against what Flux's own came to: `./catalyst test --lab --rewrite` records that
 * (`tests/lab/helm-releases.test.ts`).
 */
describe("a HelmRelease comes to what helm-controller comes to", () => {
  test.concurrent.each(sequences)("in $name", { timeout: 300_000 }, async (sequence) => {
    const world = await openWorld("ours");
    try {
      const seen = await runSequence(world, sequence);
      const expected = readGolden(sequence.name);
      for (const [index, step] of seen.entries()) expect(step).toEqual(expected[index]);
      expect(seen).toHaveLength(expected.length);
    } finally {
      await world.close();
    }
  });
});
