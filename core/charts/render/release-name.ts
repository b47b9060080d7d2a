import { CatalystError } from "@catalyst/base/errors";
import { warningEnd, warningStart } from "../functions/flow.ts";
import { chartFunctions } from "../functions/index.ts";
import { systemRandom } from "../functions/seeded.ts";
import { Budget, defaultLimits, TemplateSet } from "../template/index.ts";

/**
 * Makes a release's name from a template, as `--name-template`: it has sprig's functions and no values. Throws
 * `chart-release-invalid`.
 */
export function releaseNameFrom(template: string): string {
  const name = "name-template";
  const templates = new TemplateSet(chartFunctions);
  const environment = {
    random: systemRandom,
    now: Date.now,
    lookup: () => new Map(),
    lint: false,
    included: new Map<string, number>(),
  };
  try {
    templates.parse(name, template);
    return templates.execute(name, null, environment, new Budget(defaultLimits));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const message = cause.message.replaceAll(warningStart, "").replaceAll(warningEnd, "");
    throw new CatalystError("chart-release-invalid", message, { cause });
  }
}

/** Refuses what can't be a release's name: Helm's rule is a lower-case DNS name of at most 53 characters. */
export function refuseReleaseName(name: string): void {
  const isDnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
  if (name.length <= 53 && isDnsName) return;
  throw new CatalystError("chart-release-invalid", `${JSON.stringify(name)} can't be a release's name`, {
    hint: "Use at most 53 lower-case letters, digits, - and .",
  });
}
