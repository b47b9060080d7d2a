import { describe, expect, it } from "vitest";
import { configProblems } from "./problems.ts";

const problem = { code: "schema-violation", file: "applications/blog/application.yaml" };

describe("the problems of a form's fields", () => {
  it("stand at their fields, without the field's name", () =>
    expect([
      ...configProblems("blog", [
        { ...problem, field: "spec.config.site.title", message: "spec.config.site.title must be text" },
      ]),
    ]).toEqual([["site.title", ["Must be text"]]]));

  it("say what to do", () =>
    expect(
      configProblems("blog", [
        { ...problem, field: "spec.config.a", message: "too large", hint: "Use at most 5." },
      ]).get("a"),
    ).toEqual(["Too large. Use at most 5."]));

  it("leave out those of other Applications and other fields", () =>
    expect(
      configProblems("shop", [
        { ...problem, field: "spec.config.a", message: "wrong" },
        { code: "x", field: "spec.size", message: "wrong" },
        { code: "x", message: "wrong" },
      ]).size,
    ).toBe(0));
});
