import { defineConfig } from "vitest/config";
import { soon } from "./core/base/testing/soon.ts";

/** Tests sit beside what they test; the suffix tells the cost (docs: CONTRIBUTING.md, "Tests"). */
export default defineConfig({
  test: {
    include: [
      "core/**/*.test.ts",
      "tests/**/*.test.ts",
      "scripts/**/*.test.ts",
      "bench/**/*.test.ts",
      "platform/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "tests/lab/**"],
    pool: "forks",
    maxWorkers: 2,
    // One test may start a Sovereign and then wait a minute for what it asks of it.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A busy machine takes longer than the second that is usual.
    expect: { poll: { timeout: soon.timeout } },
  },
});
