import { isObject } from "@catalyst/base/json";
import { passwordFields } from "./config-fields.ts";
import { getPath } from "./paths.ts";

/** Names whose texts are secret, in capitals; those of `whereabouts` say where a secret is. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|SECRET_KEY|ACCESS_KEY|API_KEY|APIKEY|PRIVATE_KEY)$/;
const whereabouts = /(^|_)(EXISTING|PULL|TLS)_SECRET$|^SECRET$/;

/** Tells whether a text of this name is likely a secret itself: `adminPassword`, `api-key`, and not `existingSecret`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[-.]/g, "_")
    .toUpperCase();
  return secretName.test(words) && !whereabouts.test(words);
}

/**
 * The fields of an Application's config in which a secret value stands, by path: it can't be in Git. With a config schema
 * they are its password fields; without one config is the chart's values, and a text under a secret's name is taken for
 * a secret.
 */
export function plaintextFields(
  configSchema: unknown,
  config: Readonly<Record<string, unknown>> | undefined,
): readonly string[] {
  if (config === undefined) return [];
  if (configSchema === undefined) return secretTexts(config, []);
  return passwordFields(configSchema).filter((field) => {
    const value = getPath(config, field.split("."));
    return value !== undefined && value !== "";
  });
}

function secretTexts(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => secretTexts(item, [...path, String(index)]));
  if (isObject(value))
    return Object.entries(value).flatMap(([name, inside]) => secretTexts(inside, [...path, name]));
  const isSecret = typeof value === "string" && value !== "" && isSecretName(path.at(-1) ?? "");
  return isSecret ? [path.join(".")] : [];
}
