import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { RegistryCredentials } from "@catalyst/adapter-oci";
import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Finds what one is signed in to a registry with, in files of Docker's form; undefined when none knows it. Throws
 * `chart-login-unreadable` naming the file or the helper that failed, never what stands in it.
 */
export function registryLogin(host: string, files: readonly string[]): RegistryCredentials | undefined {
  for (const file of files) {
    const found = existsSync(file) ? loginIn(readFields(file), host) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function readFields(file: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new CatalystError(
      "chart-login-unreadable",
      `${file} isn't a file of registries one is signed in to`,
    );
  }
  return isObject(value) ? value : {};
}

function loginIn(fields: Fields, host: string): RegistryCredentials | undefined {
  const { credHelpers, credsStore, auths } = fields;
  const helper = (isObject(credHelpers) ? credHelpers[host] : undefined) ?? credsStore;
  if (typeof helper === "string" && helper !== "") return fromHelper(helper, host);
  const entry = isObject(auths) ? (auths[host] ?? auths[`https://${host}`]) : undefined;
  if (!isObject(entry)) return undefined;
  const { auth, username, password } = entry;
  if (typeof auth === "string" && auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8");
    const colon = text.indexOf(":");
    return colon < 0
      ? undefined
      : { username: text.slice(0, colon), password: text.slice(colon + 1).replaceAll("\0", "") };
  }
  return typeof username === "string" && typeof password === "string" && username !== ""
    ? { username, password }
    : undefined;
}

/** Asks a program of Docker's kind, `docker-credential-pass`, which keeps what one is signed in with. */
function fromHelper(helper: string, host: string): RegistryCredentials | undefined {
  const program = `docker-credential-${helper}`;
  let answer: unknown;
  try {
    const stdio = ["pipe", "pipe", "pipe"] as const;
    answer = JSON.parse(execFileSync(program, ["get"], { input: host, encoding: "utf8", stdio: [...stdio] }));
  } catch (error) {
    const said = String((error as { readonly stdout?: unknown }).stdout ?? "");
    if (said.includes("credentials not found")) return undefined;
    const code = (error as NodeJS.ErrnoException).code === "ENOENT" ? "isn't there" : "failed";
    throw new CatalystError("chart-login-unreadable", `${program} ${code}, by which one signs in to ${host}`);
  }
  const { Username, Secret } = isObject(answer) ? answer : {};
  return typeof Username === "string" && typeof Secret === "string" && Username !== ""
    ? { username: Username, password: Secret }
    : undefined;
}
