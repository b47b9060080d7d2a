import { CatalystError, type CatalystErrorOptions } from "@catalyst/base/errors";

/** Makes the error of a chart that can't be read; the message is Helm's. */
export function chartInvalid(message: string, options: CatalystErrorOptions = {}): CatalystError {
  return new CatalystError("chart-invalid", message, options);
}
