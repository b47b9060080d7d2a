import { defineConfig } from "vitest/config";

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
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine takes longer than the second that is usual.
    expect: { poll: { timeout: 8000 } },
  },
});
