import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { LocatedYaml } from "@catalyst/base/yaml";
import type { JwtIssuer } from "@catalyst/embedded-kubernetes";
import { EnvironmentError, UsageError } from "../../cli/errors.ts";

/**
 * Reads the identity providers of a file, whose path is seen from `folder`; none without a file. Throws UsageError with
 * everything that is wrong in it, by line and field; EnvironmentError when it can't be read.
 */
export async function readIssuers(folder: string, given: string | undefined): Promise<readonly JwtIssuer[]> {
  if (given === undefined) return [];
  const file = resolve(folder, given);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new EnvironmentError(`${given} can't be read: ${errorMessage(cause)}`, {
      cause,
      hint: "Name a file that this user may read with --authentication-config.",
    });
  });
  const { parseYaml } = await import("@catalyst/base/yaml");
  const { readAuthenticationConfiguration } = await import("@catalyst/embedded-kubernetes");
  try {
    const document = parseYaml(text, { file: given });
    return await readAuthenticationConfiguration(document.value).catch((error: unknown) => {
      throw refused(error, given, document);
    });
  } catch (error) {
    if (!isCatalystError(error) || error instanceof UsageError) throw error;
    throw new UsageError(error.message, { cause: error, place: error.place, hint });
  }
}

const hint = "docs/sovereign-admins/access.md has an example.";

/** The faults of a configuration, each with its line. */
function refused(error: unknown, file: string, document: LocatedYaml): unknown {
  if (!isCatalystError(error, "authentication-configuration-invalid")) return error;
  const faults = error.details?.["faults"] as readonly { readonly field: string; readonly message: string }[];
  const lines = faults.map(({ field, message }) => {
    const line = document.lineOf(partsOf(field));
    return `${file}${line === undefined ? "" : `:${line}`}: ${field}: ${message}`;
  });
  return new UsageError(lines.join("\n"), { cause: error, hint });
}

/** `jwt[0].issuer.url` as the parts of a path. */
function partsOf(field: string): readonly (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) =>
    index === undefined ? name : Number(index),
  );
}
