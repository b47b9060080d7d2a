import { describe, expect, it } from "vitest";
import { policyOf } from "./policy.ts";

const policy = (rules: string) => new Map([["policy.yaml", `kind: EnvironmentPolicy\nspec:\n${rules}`]]);
const none = new Map<string, string>();

describe("policyOf", () => {
  it("allows what touches nothing protected", () => {
    const files = policy("  rules: []\n");
    expect(policyOf({ before: files, after: files })).toEqual({
      policy: { verdict: "allowed", rules: [] },
      warnings: [],
      problems: [],
    });
  });

  it.each([
    [true, "allowed", "eve may change it"],
    [false, "refused", "eve may not change it"],
  ])("goes by whether a protected file may be changed: %s", (allowed, verdict, message) => {
    const protectedChanges = [{ path: "policy.yaml", user: "eve", allowed }];
    expect(policyOf({ before: none, after: none, protectedChanges }).policy).toEqual({
      verdict,
      rules: [{ rule: "policy.yaml", satisfied: allowed, message }],
    });
  });

  it("names each rule that isn't enforced, however it is written", () => {
    const files = policy(
      "  rules:\n  - kind: soak\n    duration: 72h\n  - change-window: {}\n  - kind: soak\n",
    );
    expect(policyOf({ before: files, after: files }).warnings).toEqual([
      "Rule soak of policy.yaml isn't enforced yet.",
      "Rule change-window of policy.yaml isn't enforced yet.",
    ]);
  });

  it("refuses a policy that can't be read, with its line, and only warns of one that is there", () => {
    const bad = policy("  rules: {}\n");
    expect(policyOf({ before: none, after: bad }).problems).toMatchObject([
      { code: "policy-invalid", file: "policy.yaml", field: "spec.rules", line: 3 },
    ]);
    const { problems, warnings } = policyOf({ before: bad, after: bad });
    expect(problems).toEqual([]);
    expect(warnings).toEqual(["policy.yaml can't be read: spec.rules must be a list."]);
    const broken = new Map([["policy.yaml", "a: [1\nb: 2"]]);
    expect(policyOf({ before: none, after: broken }).problems).toMatchObject([
      { code: "yaml-invalid", line: 2 },
    ]);
  });
});
