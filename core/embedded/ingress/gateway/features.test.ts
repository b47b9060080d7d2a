import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { supportedFeatures } from "./features.ts";

test("features are told in the order of the alphabet, as a GatewayClass' status wants them", () => {
  expect([...supportedFeatures].sort()).toEqual(supportedFeatures);
});

test("the documentation names those that are built, and no others", () => {
  const page = new URL("../../../../docs/users/reaching-applications.md", import.meta.url);
  const rows = readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((match) => match[1]));
  expect(named.sort()).toEqual([...supportedFeatures]);
});
