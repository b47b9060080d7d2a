import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** The tests against real components. One file at a time: they start servers and build programs. */
export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["tests/lab/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 1_800_000,
    // Vitest's own second is soon over where real programs start beside each other.
    expect: { poll: { timeout: 60_000 } },
  },
});
