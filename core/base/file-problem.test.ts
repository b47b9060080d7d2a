import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileProblem, isSystemError } from "./file-problem.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "file-problem-"));
  writeFileSync(join(folder, "file"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("what the operating system refuses", () => {
  test.each([
    ["a file that isn't there", () => readFileSync(join(folder, "a, b")), "no such file or directory"],
    ["a folder as a file", () => readFileSync(folder), "is a directory"],
    ["a file as a folder", () => readFileSync(join(folder, "file/a")), "not a directory"],
    ["a folder in a file's place", () => mkdirSync(join(folder, "file")), "file already exists"],
  ])("%s is said without the name of the call", (_name, work, expected) => {
    const error = thrown(work);
    expect([isSystemError(error), fileProblem(error)]).toEqual([true, expected]);
  });

  test("isn't what a program throws itself", () => {
    const error = new TypeError("ENOENT: by hand, open");
    expect([isSystemError(error), fileProblem(error)]).toEqual([false, "ENOENT: by hand, open"]);
  });
});
