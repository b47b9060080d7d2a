import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { goldenCases, renderCase } from "./cases.ts";
import { inSchemaOrder } from "./schema-order.ts";

/** Charts that cover the language and Helm's rules, against what the real program made of them. */
describe("charts render as helm 4.3.1 renders them", () => {
  test.each(goldenCases())("$title", async ({ folder, golden, options }) => {
    expect(inSchemaOrder(await renderCase(folder, options))).toBe(readFileSync(golden, "utf8"));
  });
});
