import { join } from "node:path";
import { isObject } from "@catalyst/base/json";
import { parseYamlStream } from "@catalyst/base/yaml";
import { renderCase } from "../../../../tests/charts/cases.ts";

export const chart = join(import.meta.dirname, "..");

export type Fields = Readonly<Record<string, unknown>>;

/** Renders the chart, flux2 by its stand-in, with these values of the recovery. */
export async function rendered(recovery: Fields = {}): Promise<readonly Fields[]> {
  const values = { stuckHelmReleaseRecovery: recovery };
  const text = await renderCase(chart, { namespace: "flux-system", values });
  return parseYamlStream(text).flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** Gives one of the objects. Throws when it isn't there. */
export function named(objects: readonly Fields[], kind: string, name: string): Fields {
  const found = objects.find((object) => object["kind"] === kind && at(object, "metadata", "name") === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** Gives what is in a value at a path. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Fields | undefined)?.[key], value);
}

/** Where the Pod of a Deployment is, and that of a CronJob. */
export const pod = ["spec", "template", "spec"] as const;
export const jobPod = ["spec", "jobTemplate", ...pod] as const;
/** What the objects of the recovery are called. */
export const recoveryName = "demo-release-recovery";
export const roleName = `flux-system-${recoveryName}`;
