import { CatalystError } from "@catalyst/base/errors";
import { parseJson } from "../functions/json.ts";
import { GoError, type Value } from "../template/values.ts";

/** Reads a `--set-json` that is one object, which is merged into the values. Throws `chart-set-invalid` with Helm's text. */
export function readSetJson(text: string): Map<string, Value> {
  try {
    const value = parseJson(text);
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
  }
  throw new CatalystError("chart-set-invalid", `failed parsing --set-json data JSON: ${text}`);
}
