import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { AnyNode } from "./nodes.ts";
import { placeOf } from "./nodes.ts";

/** What ends a rendering and says nothing of where: its own limits, and those of the YAML that templates read. */
const limits: ReadonlySet<string> = new Set(["chart-limit", "yaml-too-large"]);

/**
 * Tells a limit that was passed where it was, by what was being evaluated: the innermost place in a file. Other errors
 * stay as they are. `inlineName` is the name of texts that stand in no file.
 */
export function locateLimit(error: unknown, node: AnyNode | undefined, inlineName: string): unknown {
  const limit = error instanceof RangeError ? outOfRoom(error) : error;
  if (!isCatalystError(limit) || !limits.has(limit.code)) return error;
  if (limit.place !== undefined || node === undefined || node.source.name === inlineName) return limit;
  const { code, message, hint, cause } = limit;
  return new CatalystError(code, message, { hint, cause, place: placeOf(node) });
}

/** The engine ran out of stack or of room for one text. */
function outOfRoom(cause: RangeError): CatalystError {
  const isStack = cause.message.includes("call stack");
  const what = isStack ? "nests templates or values too deeply" : "makes a text that is too long";
  return new CatalystError("chart-limit", `rendering the chart ${what}`, {
    cause,
    hint: "Look for a loop or an include that never ends.",
  });
}
