import { isObject } from "@catalyst/base/json";
import type { Secret } from "@catalyst/ports/kubernetes";

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Reads the credentials for one host from a Secret of type kubernetes.io/dockerconfigjson; other hosts' stay there. */
export function registryCredentials(secret: Secret, host: string): RegistryCredentials | undefined {
  const encoded = secret.data?.[".dockerconfigjson"];
  if (encoded === undefined) return undefined;
  const entry = entryOf(Buffer.from(encoded, "base64").toString("utf8"), host);
  if (entry === undefined) return undefined;
  const { username, password, auth } = entry;
  if (typeof username === "string" && typeof password === "string") return { username, password };
  if (typeof auth !== "string") return undefined;
  const pair = Buffer.from(auth, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function entryOf(text: string, host: string): Readonly<Record<string, unknown>> | undefined {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    return undefined;
  }
  const auths = isObject(config) ? config["auths"] : undefined;
  if (!isObject(auths)) return undefined;
  const entry = auths[host] ?? auths[`https://${host}`] ?? auths[`http://${host}`];
  return isObject(entry) ? entry : undefined;
}
