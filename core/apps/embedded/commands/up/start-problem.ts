import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import { EnvironmentError } from "../../cli/errors.ts";

/** Codes of errors that mean: the machine or the folder lacks something, and nothing was changed. */
const codes = new Set([
  "data-folder-moved",
  "runtime-unavailable",
  "http-port-in-use",
  "http-listen-failed",
  "store-locked",
  "store-damaged",
  "store-unusable",
  "store-newer",
  "store-full",
  "events-damaged",
  "events-full",
  "git-program-missing",
  "git-folder-damaged",
  "git-hooks-unusable",
  "git-unavailable",
  "key-unusable",
  "signing-key-invalid",
  "authority-unusable",
  "secrets-key-missing",
  "secrets-key-unusable",
  "secrets-key-wrong",
]);

/** What the file system says of a folder that can't be worked in: rights, a broken disk, a file for a folder. */
const unusable = new Set(["EACCES", "EPERM", "EROFS", "EIO", "ENOTDIR", "EISDIR", "EEXIST"]);

/** Gives the error to end a start with when its environment is at fault; undefined when Catalyst itself is. */
export function startProblem(error: unknown, data: string): EnvironmentError | undefined {
  if (isCatalystError(error) && codes.has(error.code))
    return new EnvironmentError(error.message, { cause: error, hint: error.hint, place: error.place });
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) continue;
    if (code === "ENOSPC" || code === "EDQUOT")
      return new EnvironmentError(`the disk of ${data} is full`, {
        cause: error,
        hint: "Free some space and start again.",
      });
    if (unusable.has(code))
      return new EnvironmentError(`${data} can't be used: ${errorMessage(cause)}`, {
        cause: error,
        hint: "Make sure that this user may read and write everything in it, and that its disk works.",
      });
  }
  return undefined;
}
