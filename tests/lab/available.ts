import { appendFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isCatalystError } from "@catalyst/base/errors";
import { build } from "./build.ts";
import { componentNamed } from "./lab.ts";

/**
 * Makes the named components available to a test file (`import.meta.filename`), building what is missing.
 * Gives false where this machine can't have one of them, and notes it for the summary: the file's tests are
 * then skipped by `describe.skipIf(!available)`. A build that fails is an error and throws.
 */
export async function available(file: string, ...names: readonly string[]): Promise<boolean> {
  try {
    for (const name of names) await build(componentNamed(name));
    return true;
  } catch (error) {
    if (!isCatalystError(error, "lab-missing")) throw error;
    noteSkipped(file, `${error.message}. ${error.hint}`);
    return false;
  }
}

/** Notes for the summary why a file's tests are skipped. */
export function noteSkipped(file: string, why: string): void {
  const notes = process.env["CATALYST_SKIP_NOTES"];
  const path = relative(resolve(import.meta.dirname, "../.."), file);
  if (notes !== undefined) appendFileSync(notes, `${path}: ${why}\n`);
}
