import { describe, expect, it } from "vitest";
import { compileCel, evaluateCel } from "./cel.ts";
import { isCatalystError } from "./errors.ts";

const config = {
  name: "shop",
  replicas: 3,
  ssl: true,
  tags: ["a", "b"],
  ports: [{ name: "web", none: null }, { number: 1 }],
};

describe("evaluateCel", () => {
  it.each([
    ["config.replicas > 2", true],
    ["config.ssl && config.name == 'shop'", true],
    ["has(config.missing) && config.missing", false],
    ["config.tags.exists(tag, tag == 'b')", true],
    ["has(config.ports[0].name) && !has(config.ports[1].name)", true],
    ["config.ports.exists(port, has(port.name)) && has((config.ports[1]) . number)", true],
    [
      "config.ports.filter(port, has(port.name)).size() == 1 && has(config.ports.filter(p, true)[0].none)",
      true,
    ],
    ["config.name.matches('^sh.p$')", true],
    ["(config.name).matches('^x') || config.name.matches('op')", true],
    ["config.tags.all(tag, tag.matches('[ab]') && !tag.matches('[c]'))", true],
    ["'config.name.matches(' + config.name", "config.name.matches(shop"],
  ])("%s", (expression, value) => {
    expect(evaluateCel(expression, { config })).toBe(value);
  });

  it("refuses what isn't CEL", () => {
    expect(() => compileCel("config.(")).toThrow(expect.objectContaining({ code: "cel-invalid" }));
  });

  it("says which key is missing", () => {
    const program = compileCel("config.nothing.here");
    expect(() => program.evaluate({ config })).toSatisfy((run: () => unknown) => {
      try {
        run();
        return false;
      } catch (error) {
        return isCatalystError(error, "cel-failed") && error.message.includes("nothing");
      }
    });
  });

  it("takes linear time for an evil pattern (security case 10)", () => {
    const text = `${"a".repeat(5000)}!`;
    expect(evaluateCel("text.matches('^(a+)+$')", { text })).toBe(false);
  });

  it("keeps patterns to RE2's syntax", () => {
    expect(() => evaluateCel("text.matches('(?=a)')", { text: "a" })).toThrow(
      expect.objectContaining({ code: "cel-failed" }),
    );
  });
});
