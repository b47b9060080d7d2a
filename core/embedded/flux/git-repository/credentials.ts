import type { Secret } from "@catalyst/ports/kubernetes";
import type { GitCredentials } from "../git/fetcher.ts";

/** Reads a Secret's `username` and `password`, or its `bearerToken`. */
export function credentialsOf(secret: Secret): GitCredentials {
  const text = (key: string) => {
    const value = secret.data?.[key];
    return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
  };
  return { username: text("username"), password: text("password"), bearerToken: text("bearerToken") };
}
