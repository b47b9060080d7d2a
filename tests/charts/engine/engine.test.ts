import { describe, expect, it, test } from "vitest";
import { chartFunctions } from "../../../core/charts/functions/index.ts";
import { renderOurs } from "./our-engine.ts";
import { casesOf, functionExamples, recordedAnswers } from "./recorded.ts";

describe.each(["functions", "language"] as const)(
  "templates render as Helm's engine renders them: %s",
  (file) => {
    const answers = recordedAnswers(file);

    test.each([...casesOf(file)])("%s", (title, one) => {
      expect(renderOurs(one)).toEqual(answers[title]);
    });
  },
);

describe("the functions of templates", () => {
  it("have an example each", () => {
    expect([...new Set(functionExamples().map(({ name }) => name))].sort()).toEqual(
      [...chartFunctions.keys()].sort(),
    );
  });
});
