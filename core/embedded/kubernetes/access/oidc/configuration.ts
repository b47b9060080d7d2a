import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { FieldFault } from "../../machinery/index.ts";
import { shapeFaults } from "./configuration-shape.ts";
import type { JwtIssuer } from "./issuer.ts";

const apiVersions = ["apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1"];
const kind = "AuthenticationConfiguration";

/** A fault of a configuration of authentication. */
export interface ConfigurationFault {
  readonly field: string;
  readonly message: string;
}

/**
 * Reads an AuthenticationConfiguration of apiserver.config.k8s.io, parsed: the identity providers whose tokens the API
 * server takes. Throws `authentication-configuration-invalid`; its `details.faults` are all ConfigurationFaults.
 */
export async function readAuthenticationConfiguration(value: unknown): Promise<readonly JwtIssuer[]> {
  refuse(shapeFaults(value));
  const {
    apiVersion = "",
    kind: given,
    jwt = [],
  } = value as Partial<Record<"apiVersion" | "kind", string>> & {
    readonly jwt?: readonly JwtIssuer[];
  };
  if (!apiVersions.includes(apiVersion)) refuse([misnamed("apiVersion", apiVersion, apiVersions[0]!)]);
  if (given !== kind) refuse([misnamed("kind", given ?? "", kind)]);
  // what checks expressions is large
  const { issuerFaults } = await import("./configuration-faults.ts");
  refuse(issuerFaults(jwt));
  return withoutEmpty(jwt) as readonly JwtIssuer[];
}

/** What says nothing is left out: an empty text, as Go reads it, and a mapping without any. An empty prefix says that there is none. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, withoutEmpty(inner)] as const);
  const isSaid = ([name, inner]: readonly [string, unknown]) =>
    name === "prefix" || (inner !== "" && !(isObject(inner) && Object.keys(inner).length === 0));
  return Object.fromEntries(fields.filter(isSaid));
}

function misnamed(field: string, given: string, wanted: string): FieldFault {
  const message = `Invalid value: ${JSON.stringify(given)}: must be ${JSON.stringify(wanted)}`;
  return { reason: "FieldValueInvalid", message, field };
}

function refuse(found: readonly FieldFault[]): void {
  if (found.length === 0) return;
  const faults: readonly ConfigurationFault[] = found.map(({ field, message }) => ({ field, message }));
  const text = faults.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw new CatalystError("authentication-configuration-invalid", text, {
    place: { field: faults[0]!.field },
    details: { faults },
  });
}
