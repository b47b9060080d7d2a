import { CatalystError } from "@catalyst/base/errors";

/** What an Environment is for, with its one-letter code in DNS names (facts: code tables). */
export const environmentTypes = { prod: "p", stg: "s", uat: "u", dev: "d", poc: "c" } as const;
export type EnvironmentType = keyof typeof environmentTypes;

/** Tells whether a text is an Environment type. */
export function isEnvironmentType(text: string): text is EnvironmentType {
  return Object.hasOwn(environmentTypes, text);
}

/** `{org}-{env_type}`: unique in a Sovereign, permanent. */
export function environmentName(organization: string, type: EnvironmentType): string {
  return `${organization}-${type}`;
}

/** Splits `acme-prod`. Throws `environment-name-invalid`. */
export function parseEnvironmentName(name: string): {
  readonly organization: string;
  readonly type: EnvironmentType;
} {
  const dash = name.lastIndexOf("-");
  const type = name.slice(dash + 1);
  if (dash <= 0 || !isEnvironmentType(type)) {
    throw new CatalystError("environment-name-invalid", `"${name}" is not an Environment's name`, {
      hint: `A name is <organization>-<type> with type ${Object.keys(environmentTypes).join(", ")}.`,
    });
  }
  return { organization: name.slice(0, dash), type };
}
