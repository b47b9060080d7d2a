import { isCatalystError } from "@catalyst/base/errors";
import { noteSkip } from "@catalyst/base/testing/note-skip";
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
    noteSkip(file, `${error.message}. ${error.hint}`);
    return false;
  }
}
