import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { Registry } from "@catalyst/ports/oci";
import type { Call, Option } from "../../cli/command.ts";
import { EnvironmentError, UsageError } from "../../cli/errors.ts";

/** Options of the commands that talk to a registry. */
export const registryOptions: Readonly<Record<string, Option>> = {
  registry: { type: "string", value: "URL", help: "The registry, such as http://127.0.0.1:8700" },
  prefix: {
    type: "string",
    value: "PATH",
    default: "blueprints",
    help: "Where in the registry Blueprints are",
  },
  "token-file": { type: "string", value: "FILE", help: "A file with the token to sign in with" },
};

/** Opens the registry that a command was given. */
export async function commandRegistry(call: Call): Promise<Registry> {
  const url = requiredText(call, "registry");
  const origin = URL.canParse(url) ? new URL(url) : undefined;
  if (origin === undefined || !/^https?:$/.test(origin.protocol)) {
    throw new UsageError(`--registry is an address such as https://registry.example, not "${url}"`);
  }
  const tokenFile = call.arguments.text("token-file");
  const token = tokenFile === undefined ? undefined : (await fileText(call, tokenFile)).trim();
  return ociRegistry({
    host: origin.host,
    origin: origin.origin,
    transport: httpTransport({ baseUrl: origin.origin }),
    elsewhere: (other) => httpTransport({ baseUrl: other }),
    ...(token === undefined ? {} : { credentials: { username: "catalyst", password: token } }),
  });
}

/** Says, of a refusal by the registry, which token would do; gives any other error as it is. */
export function withTokenHint(error: unknown, call: Call): unknown {
  if (!isCatalystError(error, "oci-denied")) return error;
  const hint =
    call.arguments.text("token-file") === undefined
      ? "Give a token with --token-file: a Sovereign's data folder has one, admin-token."
      : "Give a token with --token-file that may write there.";
  return new CatalystError(error.code, error.message, { cause: error, hint });
}

/** The value of an option that must be given. */
export function requiredText(call: Call, name: string): string {
  const value = call.arguments.text(name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

/** Reads a file that a command was given. */
export async function fileText(call: Call, file: string): Promise<string> {
  return readFile(resolve(call.folder, file), "utf8").catch((cause: unknown) => {
    throw new EnvironmentError(`the file ${file} can't be read`, { cause });
  });
}
