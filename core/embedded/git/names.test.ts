import { describe, expect, it } from "vitest";
import { isPlainRef, isTreePath, repositoryRef } from "./names.ts";

describe("names", () => {
  it.each([
    ["acme", "acme-dev"],
    ["a1", "x.y_z"],
  ])("accepts %s/%s", (owner, name) => {
    expect(repositoryRef(owner, name)).toEqual({ owner, name });
  });
  it.each([
    ["api", "v1"],
    ["ACME", "acme-dev"],
    ["acme", "Acme-dev"],
    ["..", "x"],
    ["acme", ".."],
    ["acme", "a..b"],
    ["-acme", "x"],
    ["acme", "--upload-pack=x"],
    ["acme", "x.git"],
    ["acme", "x.lock"],
    ["acme", "x/y"],
    ["acme", ""],
    ["acme", "a\nb"],
  ])("19: refuses %j/%j", (owner, name) => {
    expect(repositoryRef(owner, name)).toBeUndefined();
  });

  it.each(["main", "feature/x", "refs/heads/main", "v1.2.3", "a-b"])("accepts the ref %s", (ref) => {
    expect(isPlainRef(ref)).toBe(true);
  });
  it.each([
    "--all",
    "-x",
    "main~1",
    "main^",
    "main^{tree}",
    "a..b",
    "@{-1}",
    "@",
    ":/text",
    "HEAD:file",
    "a b",
    "a\nb",
    "a\0",
    "/a",
    "a/",
    "a//b",
    "a.lock",
    "a.lock/b",
    "a/.b",
    "*",
    "[a",
    "a\\b",
    "",
  ])("19: refuses the ref %j", (ref) => {
    expect(isPlainRef(ref)).toBe(false);
  });

  it.each(["a", "a/b.yaml", "-x", "ü"])("accepts the path %s", (path) => expect(isTreePath(path)).toBe(true));
  it.each(["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\nb", "a\0"])("refuses the path %j", (path) => {
    expect(isTreePath(path)).toBe(false);
  });
});
