import { describe, expect, it } from "vitest";
import { concealedError, concealer } from "./conceal.ts";

describe("a message about a release with secret values", () => {
  it.each<[string, string, string, string]>([
    ["as it is", "hunter2!", "Invalid value: hunter2!: no", "Invalid value: (secret): no"],
    ["quoted by Go", 'a"b\\c', 'Invalid value: "a\\"b\\\\c"', 'Invalid value: "(secret)"'],
    ["in base64", "hunter2!", "cannot decode aHVudGVyMiE=", "cannot decode (secret)"],
    ["in an address", "a b/c", "dial http://x:a%20b%2Fc@db", "dial http://x:(secret)@db"],
    ["without the line's end", "hunter2!\n", "got hunter2!", "got (secret)"],
    ["short, by itself", "ab", "value 'ab' is about able", "value '(secret)' is about able"],
    ["twice", "hunter2!", "hunter2! and hunter2!", "(secret) and (secret)"],
    ["with half a character", "hunter\ud83d", "got hunter\ud83d", "got (secret)"],
    ["very long", "a".repeat(1_000_000), `got ${"a".repeat(1_000_000)}!`, "got (secret)!"],
    ["with what a pattern would read", ".*+?", "value .*+? and abc", "value (secret) and abc"],
  ])("25: hides one that stands there %s", (_how, secret, message, shown) => {
    expect(concealer([secret])(message)).toBe(shown);
  });

  it("25: hides a longer one before a shorter one inside it", () => {
    expect(concealer(["hunter", "hunter2hunter3"])("hunter2hunter3")).toBe("(secret)");
  });

  it("hides nothing when there's nothing to hide", () => {
    expect(concealer([""])("as it was")).toBe("as it was");
  });

  it("25: drops cause and details of an error that quoted one", () => {
    const error = new Error("bad hunter2!", { cause: "hunter2!" });
    const shown = concealedError(error, ["hunter2!"]);
    expect(JSON.stringify(shown, Object.getOwnPropertyNames(shown))).not.toContain("hunter2!");
    const other = new Error("something else");
    expect(concealedError(other, ["hunter2!"])).toBe(other);
  });
});
