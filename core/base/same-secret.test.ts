import { expect, it } from "vitest";
import { isSameSecret } from "./same-secret.ts";

it.each([
  ["the same", "catalyst_ä", "catalyst_ä", true],
  ["another of that length", "catalyst_a", "catalyst_b", false],
  ["its beginning", "catalyst", "catalyst_a", false],
  ["nothing", "", "catalyst_a", false],
  ["as many characters in more bytes", "ä", "a", false],
])("%s", (_what, given, expected, isSame) => {
  expect(isSameSecret(given, expected)).toBe(isSame);
});
