import { CatalystError } from "@catalyst/base/errors";

/** Marks a body that follows in the next commits. */
export function unfinished(name: string): never {
  throw new CatalystError("internal-unfinished", `${name} is being written`);
}
