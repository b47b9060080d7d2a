import { parseEnvironmentName } from "./environment-name.ts";

/** Where the values of an Environment are in the secret store (facts: "OpenBao path root"). */
export function secretsPrefix(environment: string): string {
  const { organization, type } = parseEnvironmentName(environment);
  return `org/${organization}/env/${type}/`;
}

/** Where the values that people gave an Application are; each of its password fields is one secret. */
export function applicationSecretsPath(environment: string, application: string): string {
  return `${secretsPrefix(environment)}applications/${application}`;
}

/** Where the values of one password field are: `org/acme/env/dev/applications/blog/admin.password`. */
export function secretPath(environment: string, application: string, field: string): string {
  return `${applicationSecretsPath(environment, application)}/${field}`;
}

/** Tells whether a path of the secret store is in an Environment's own part of it. */
export function isSecretOf(environment: string, path: string): boolean {
  const prefix = secretsPrefix(environment);
  const names = path.slice(prefix.length).split("/");
  return path.startsWith(prefix) && names.every((name) => name !== "" && name !== "." && name !== "..");
}

/** The property of a secret that holds the value. */
export const secretProperty = "value";

/** The ExternalSecret of an Application, and the Secret it makes: one key for each password field given. */
export function applicationSecretName(application: string): string {
  return `${application}-secrets`;
}

/** The SecretStore of every Environment's cluster, which reads that Environment's values (facts: stores). */
export const secretStoreName = "bao-local";
