import { CatalystError, type CatalystErrorOptions } from "@catalyst/base/errors";
import type { Chart } from "./chart.ts";

/** Makes the error of a chart that can't be read; the message is Helm's. */
export function chartInvalid(message: string, options: CatalystErrorOptions = {}): CatalystError {
  return new CatalystError("chart-invalid", message, options);
}

/** Refuses a chart that only others use. Throws `chart-invalid` with the text of Helm's commands. */
export function refuseNotInstallable({ metadata }: Chart): void {
  if (metadata.type === "" || metadata.type === "application") return;
  throw chartInvalid(`${metadata.type} charts are not installable`, {
    hint: "Render a chart that depends on it.",
  });
}
