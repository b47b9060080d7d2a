import { appendFileSync } from "node:fs";
import { relative, resolve } from "node:path";

/** Notes for the summary of a test run what a file (`import.meta.filename`) leaves out on this machine, and why. */
export function noteSkip(file: string, why: string): void {
  const notes = process.env["CATALYST_SKIP_NOTES"];
  const path = relative(resolve(import.meta.dirname, "../../.."), file);
  if (notes !== undefined) appendFileSync(notes, `${path}: ${why}\n`);
}
