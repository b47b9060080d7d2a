import { describe, expect, it } from "vitest";
import { sourceFilter } from "./source-files.ts";

const kept = (paths: readonly string[], files: Record<string, string> = {}, spec?: string) =>
  paths.filter(sourceFilter(new Map(Object.entries(files)), spec));

describe("sourceFilter", () => {
  it("leaves out what Flux leaves out", () => {
    expect(kept(["a.yaml", ".github/ci.yaml", "logo.png", ".gitignore", "x/.sops.yaml"])).toEqual(["a.yaml"]);
  });

  it("takes in what the spec asks for", () => {
    expect(kept(["a.yaml", "deploy/b.yaml"], {}, "/*\n!/deploy\n")).toEqual(["deploy/b.yaml"]);
  });

  it("minds a folder's own ignore file for that folder alone", () => {
    expect(kept(["a/secret.yaml", "b/secret.yaml"], { "a/.sourceignore": "secret.yaml\n" })).toEqual([
      "b/secret.yaml",
    ]);
  });
});
