import type { Headers } from "@catalyst/ports/transport";
import { notAcceptable } from "./errors.ts";

/** The forms an answer can take. */
export type Form = "object" | "table" | "metadata";

/** What the caller wants, of what there is. */
export interface Accepted {
  readonly form: Form;
  /** `apidiscovery.k8s.io` version asked for, for `/api` and `/apis`. */
  readonly aggregated: "v2" | "v2beta1" | undefined;
}

const plain: Accepted = { form: "object", aggregated: undefined };

/**
 * Reads an Accept header: the first range that can be met wins, as upstream (quality values aren't looked at).
 * Throws StatusError 406.
 */
export function parseAccept(headers: Headers): Accepted {
  const header = headers["accept"];
  if (header === undefined || header === "") return plain;
  for (const range of header.split(",")) {
    const [type, ...parameters] = range.split(";").map((part) => part.trim());
    const values = new Map(parameters.map((parameter) => splitParameter(parameter)));
    const accepted = acceptedRange(type!.toLowerCase(), values);
    if (accepted !== undefined) return accepted;
  }
  throw notAcceptable(["application/json"]);
}

function acceptedRange(type: string, parameters: ReadonlyMap<string, string>): Accepted | undefined {
  if (type !== "application/json" && type !== "*/*" && type !== "application/*") return undefined;
  const version = parameters.get("v");
  switch (parameters.get("as")) {
    case undefined:
      return plain;
    case "Table":
      return version === "v1" ? { ...plain, form: "table" } : undefined;
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return version === "v1" ? { ...plain, form: "metadata" } : undefined;
    case "APIGroupDiscoveryList":
      return version === "v2" || version === "v2beta1" ? { ...plain, aggregated: version } : undefined;
    default:
      return undefined;
  }
}

function splitParameter(parameter: string): [string, string] {
  const equals = parameter.indexOf("=");
  return equals < 0 ? [parameter, ""] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
}
