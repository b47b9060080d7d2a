import { describe, expect, test } from "vitest";
import { CatalystError, describeError } from "./errors.ts";

describe("an error for a person", () => {
  test.each([
    ["without a hint", "it broke", undefined, "site/a.yaml:3: it broke"],
    ["with a hint", "it broke", "Mend it.", "site/a.yaml:3: it broke. Mend it."],
    ["with a sentence and a hint", "It broke.", "Mend it.", "site/a.yaml:3: It broke. Mend it."],
    [
      "of several lines and a hint",
      "these broke:\n- a\n- b\n",
      "Mend them.",
      "site/a.yaml:3: these broke:\n- a\n- b\nMend them.",
    ],
  ])("%s", (_name, message, hint, expected) => {
    const place = { file: "site/a.yaml", line: 3 };
    expect(describeError(new CatalystError("broken", message, { hint, place }))).toBe(expected);
  });
});
