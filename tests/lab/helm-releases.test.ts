import { describe, expect, test } from "vitest";
import { readGolden, writeGolden } from "../releases/golden.ts";
import { runSequence } from "../releases/run-sequence.ts";
import { sequences } from "../releases/sequences/index.ts";
import { openWorld } from "../releases/world.ts";
import { available } from "./available.ts";
import { startController } from "./helm-controller.ts";

const rewrite = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "helm-controller")))(
  "Flux's own helm-controller comes to what is recorded",
  () => {
    test.each(sequences)("in $name", { timeout: 600_000 }, async (sequence) => {
      const world = await openWorld("another");
      const controller = await startController(world.kubeconfig);
      try {
        const seen = await runSequence(world, sequence);
        if (rewrite) writeGolden(sequence.name, seen);
        expect(seen).toEqual(readGolden(sequence.name));
      } finally {
        await controller.stop();
        await world.close();
      }
    });
  },
);
