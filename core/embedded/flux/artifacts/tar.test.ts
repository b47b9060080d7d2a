import { isCatalystError } from "@catalyst/base/errors";
import { Header } from "tar";
import { describe, expect, it } from "vitest";
import { compress, expand } from "./compression.ts";
import { readTar, writeTar } from "./tar.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (path: string, text = path) => ({ path, bytes: bytes(text), executable: false });

/** An archive of one entry as an attacker writes it. */
function entry(
  path: string,
  type: "File" | "SymbolicLink" | "Link" | "CharacterDevice",
  linkpath = "",
): Uint8Array {
  const block = Buffer.alloc(512);
  new Header({ path, type, linkpath, size: 0, mode: 0o644, mtime: new Date(0) }).encode(block);
  return Buffer.concat([block, Buffer.alloc(1024)]);
}

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return isCatalystError(error) ? error.code : error;
  }
  return undefined;
};

describe("an archive", () => {
  it("gives back what was written, whatever the order and the length of names", () => {
    const files = [
      file("b/c.yaml"),
      file(`a/${"long".repeat(40)}/ä.yaml`),
      { ...file("run.sh"), executable: true },
    ];
    const read = readTar(writeTar(files));
    expect(
      new Map(read.map((item) => [item.path, [new TextDecoder().decode(item.bytes), item.executable]])),
    ).toEqual(
      new Map(files.map((item) => [item.path, [new TextDecoder().decode(item.bytes), item.executable]])),
    );
  });

  it("has the same bytes for the same files", () => {
    expect(writeTar([file("a"), file("b")])).toEqual(writeTar([file("b"), file("a")]));
  });

  it.each([
    ["2: a link out of the archive", "SymbolicLink", "../../etc/passwd"],
    ["3: a hard link", "Link", "/etc/passwd"],
    ["4: a link to nothing", "SymbolicLink", "nothing"],
    ["5: a link with an absolute target", "SymbolicLink", "/etc"],
    ["a device", "CharacterDevice", ""],
  ] as const)("security case %s is left out", (_name, type, target) => {
    expect(readTar(entry("evil", type, target))).toEqual([]);
  });

  it.each(["../evil", "a/../../evil", "/etc/passwd"])("refuses the path %s", (path) => {
    expect(codeOf(() => readTar(entry(path, "File")))).toBe("archive-path-escape");
  });

  it("security case 7: refuses to unpack more than its limit", async () => {
    const bomb = await compress(new Uint8Array(1024 * 1024));
    await expect(expand(bomb, 1000)).rejects.toMatchObject({ code: "archive-too-large" });
    expect(codeOf(() => readTar(writeTar([file("a", "x".repeat(2000))]), 1000))).toBe("archive-too-large");
  });

  it("refuses what is no archive", async () => {
    await expect(expand(bytes("no gzip"))).rejects.toMatchObject({ code: "archive-invalid" });
  });
});
