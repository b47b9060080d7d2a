import type { ApplicationSpec } from "@catalyst/model/application";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { applicationSecretName } from "@catalyst/model/naming";
import type { HelmRelease } from "@catalyst/ports/flux";
import { passwordFields } from "./config-fields.ts";

/** A chart value that is taken from the Application's Secret, when the chart is installed and not before. */
export interface SecretValue {
  /** Where in the chart's values. */
  readonly path: string;
  readonly field: string;
  readonly version: number;
}

/** The chart values that are values of password fields somebody gave. */
export function secretValues(
  blueprint: Pick<BlueprintSpec, "configSchema" | "values">,
  { secrets = {} }: Pick<ApplicationSpec, "secrets">,
): readonly SecretValue[] {
  const passwords = new Set(passwordFields(blueprint.configSchema));
  return (blueprint.values ?? []).flatMap(({ path, config }) => {
    const version = config === undefined || !passwords.has(config) ? undefined : secrets[config];
    return config === undefined || version === undefined ? [] : [{ path, field: config, version }];
  });
}

/**
 * What stands in a plan for a value nobody may see. It changes with the version, so that a plan shows what a new
 * password changes; it is made of letters, digits and hyphens, since charts put passwords into addresses and files.
 */
export function secretPlaceholder({ field, version }: Pick<SecretValue, "field" | "version">): string {
  return `secret-${field.replaceAll(/[^A-Za-z0-9]/g, "-")}-version-${version}`;
}

/** How Flux takes the values out of the Application's Secret. */
export function valuesFrom(
  application: string,
  values: readonly SecretValue[],
): NonNullable<HelmRelease["spec"]["valuesFrom"]> {
  return values.map(({ path, field }) => ({
    kind: "Secret",
    name: applicationSecretName(application),
    valuesKey: field,
    targetPath: path,
    // a password of digits stays a text, and a comma stays a comma
    literal: true,
  }));
}
