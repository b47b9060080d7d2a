import { expect, test } from "vitest";
import { loadChart } from "../index.ts";
import { printPackedLock } from "./lock.ts";

/** Expected as Go's encoding/json prints what it read, which is how helm packs a lock. */
test.each([
  ["2026-11-29T01:15:00.000000000Z", "2026-11-29T01:15:00Z"],
  ["2026-11-29T01:15:00.120000000+02:00", "2026-11-29T01:15:00.12+02:00"],
  ["2026-11-29T01:15:00+00:00", "2026-11-29T01:15:00Z"],
  ["2026-11-29T01:15:00.123456789987-07:00", "2026-11-29T01:15:00.123456789-07:00"],
  ["2026-11-29T01:15:00Z", "2026-11-29T01:15:00Z"],
])("a lock of %s is packed with %s", (generated, packed) => {
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "Chart.lock": `dependencies: []\ndigest: sha256:00\ngenerated: "${generated}"\n`,
  };
  const chart = loadChart(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  expect(printPackedLock(chart)).toContain(`generated: "${packed}"`);
});
