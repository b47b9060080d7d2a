import { isCatalystError } from "@catalyst/base/errors";
import { describe, expect, it } from "vitest";
import type { KubeResource } from "./index.ts";
import { substituteVariables } from "./index.ts";

const thing = (text: unknown, metadata: object = {}): KubeResource =>
  ({ apiVersion: "v1", kind: "Thing", metadata: { name: "a", ...metadata }, text }) as KubeResource;

const variables = { name: "alpha", file: "a.tar.gz", empty: "", number: "3" };
const textOf = (text: string) => substituteVariables(thing(text), variables)["text"];

describe("substituteVariables", () => {
  it.each([
    ["a variable", "x-${name}-y", "x-alpha-y"],
    ["one that nobody gives", "x${other}y", "xy"],
    ["a default", "${other:=beta}", "beta"],
    ["a default for an empty one", "${empty:-beta}", "beta"],
    ["a default that isn't needed", "${name:=beta}", "alpha"],
    ["a variable in a default", "${other:=${name}}", "alpha"],
    ["a length", "${#name}", 5],
    ["upper case", "${name^^}", "ALPHA"],
    ["a first letter", "${name^}", "Alpha"],
    ["a substring", "${name:1:3}", "lph"],
    ["a substring from the end", "${name: -2}", "ha"],
    ["a replacement", "${name/a/o}", "olpha"],
    ["all replacements", "${name//a/o}", "olpho"],
    ["the shortest end", "${file%.*}", "a.tar"],
    ["the longest end", "${file%%.*}", "a"],
    ["the longest beginning", "${file##*.}", "gz"],
    ["an escaped expression", "$${name}", "${name}"],
    ["a dollar that is one", "cost: $5", "cost: $5"],
  ])("replaces %s", (_name, text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it("makes a number of what reads as one, as Flux does", () => {
    expect(substituteVariables(thing("${number}"), variables)["text"]).toBe(3);
  });

  it("leaves an object alone that says so", () => {
    const metadata = { annotations: { "kustomize.toolkit.fluxcd.io/substitute": "disabled" } };
    expect(substituteVariables(thing("${name}", metadata), variables)["text"]).toBe("${name}");
  });

  it.each([
    ["a name that is none", "${name}", { "not-a-name": "x" }, "kustomize-variable-invalid"],
    ["an expression without an end", "${name", variables, "kustomize-substitution-failed"],
  ])("refuses %s", (_name, text, given, code) => {
    let failure: unknown;
    try {
      substituteVariables(thing(text), given);
    } catch (error) {
      failure = error;
    }
    expect(isCatalystError(failure, code)).toBe(true);
  });
});
