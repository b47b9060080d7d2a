import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";

/** What every object has, whatever it is. */
export interface CheckedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads what every object has. Throws `release-manifest-invalid`, in the words of Kubernetes' own client, for what is
 * none.
 */
export function checkedObject(value: Readonly<Record<string, unknown>>): CheckedObject {
  const { apiVersion, kind, metadata = {} } = value;
  const problems = Object.entries({ apiVersion, kind }).flatMap(([name, text]) =>
    text === undefined || text === null
      ? [`${name} not set`]
      : typeof text === "string"
        ? []
        : [`${name} isn't string type`],
  );
  if (problems.length > 1) throw invalidData(`[${problems.join(", ")}]`);
  if (typeof apiVersion !== "string" || typeof kind !== "string") throw invalidData(problems.join(""));
  if (apiVersion.split("/").length > 2) throw invalidData(`unexpected GroupVersion string: ${apiVersion}`);
  if (!isObject(metadata)) throw undecodable(metadata, "metadata", "v1.ObjectMeta");
  const { name, namespace, labels, annotations } = metadata;
  for (const [field, text] of Object.entries({ name, namespace })) requireText(text, field);
  for (const [field, texts] of Object.entries({ labels, annotations }))
    if (isObject(texts)) for (const text of Object.values(texts)) requireText(text, field);
  return { apiVersion, kind, metadata };
}

function requireText(value: unknown, field: string): void {
  if (value !== undefined && value !== null && typeof value !== "string")
    throw undecodable(value, `ObjectMeta.metadata.${field}`, "string");
}

function undecodable(value: unknown, field: string, type: string): CatalystError {
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const words = `unable to decode "": json: cannot unmarshal ${found} into Go struct field ${field} of type ${type}`;
  return new CatalystError("release-manifest-invalid", words);
}

function invalidData(problem: string): CatalystError {
  const words = `error validating "": error validating data: ${problem}`;
  return new CatalystError("release-manifest-invalid", words);
}
