import { describe, expect, it } from "vitest";
import { parseEnvironmentName } from "./environment-name.ts";
import { applicationNameProblem, organizationNameProblem } from "./names.ts";

describe("organizationNameProblem", () => {
  it.each(["acme", "bank-dhofar", "a1b"])("accepts %s", (name) => {
    expect(organizationNameProblem(name)).toBeUndefined();
  });
  it.each([
    "",
    "ab",
    "Acme",
    "1acme",
    "acme-",
    "a".repeat(33),
    "system",
    "kube-acme",
    "catalyst-x",
    "fsn",
    "prod",
  ])("refuses %j", (name) => {
    expect(organizationNameProblem(name)).toBeDefined();
  });
});

describe("applicationNameProblem", () => {
  it.each(["blog", "b", "a".repeat(40)])("accepts %s", (name) => {
    expect(applicationNameProblem(name)).toBeUndefined();
  });
  it.each(["", "Blog", "-blog", "blog-", "a".repeat(41), "default", "kube-system", "applications"])(
    "refuses %j",
    (name) => {
      expect(applicationNameProblem(name)).toBeDefined();
    },
  );
});

describe("parseEnvironmentName", () => {
  it("splits at the last hyphen", () => {
    expect(parseEnvironmentName("bank-dhofar-prod")).toEqual({ organization: "bank-dhofar", type: "prod" });
  });
  it.each(["acme", "acme-live", "-prod"])("refuses %j", (name) => {
    expect(() => parseEnvironmentName(name)).toThrow("is not an Environment's name");
  });
});
