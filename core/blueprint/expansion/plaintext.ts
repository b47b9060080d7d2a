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
 * they are its password fields; without one config is the chart's values, and a text or a number under a secret's name
 * is taken for a secret. `true` and `false` aren't: they say whether there is one (`automountServiceAccountToken`).
 */
export function plaintextFields(
  configSchema: unknown,
  config: Readonly<Record<string, unknown>> | undefined,
): readonly string[] {
  if (config === undefined) return [];
  if (configSchema === undefined) return secretValues(config, [], "");
  return passwordFields(configSchema).filter((field) => {
    const value = getPath(config, field.split("."));
    return value !== undefined && value !== "";
  });
}

/** `name`: the field's, which the items of a list share. */
function secretValues(value: unknown, path: readonly string[], name: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => secretValues(item, [...path, String(index)], name));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, inside]) => secretValues(inside, [...path, key], key));
  const isGiven =
    typeof value === "string" ? value !== "" : typeof value === "number" || typeof value === "bigint";
  return isGiven && isSecretName(name) ? [path.join(".")] : [];
}
