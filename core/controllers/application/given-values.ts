import { isSynced } from "@catalyst/ports/external-secrets";
import type { ApplicationFacts } from "./facts.ts";

/** Why an Application can't be installed or changed yet: a value it refers to isn't there. */
export interface MissingValue {
  readonly reason: "SecretNotReferenced" | "SecretNotReadable" | "SecretNotSynced";
  readonly message: string;
}

type Given = Pick<ApplicationFacts, "application" | "given">;

/** Checks in the order in which a value arrives; the first that answers is the reason. */
const checks: readonly ((facts: Given) => MissingValue | undefined)[] = [
  notReferenced,
  notReadable,
  notSynced,
];

/**
 * Says which value an Application waits for; undefined when the Secret holds all of them, in the versions its document
 * names. A refresh that fails later doesn't matter: what was read before is still right.
 */
export function missingValue(facts: Given): MissingValue | undefined {
  if (Object.keys(facts.application.spec.secrets ?? {}).length === 0) return undefined;
  for (const check of checks) {
    const missing = check(facts);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function notReferenced({ application, given }: Given): MissingValue | undefined {
  const references = given.reference?.spec.data ?? [];
  const field = Object.entries(application.spec.secrets ?? {}).find(
    ([name, version]) =>
      !references.some((item) => item.secretKey === name && item.remoteRef.version === String(version)),
  )?.[0];
  if (field === undefined) return undefined;
  return {
    reason: "SecretNotReferenced",
    message: `it waits until the reference to the value of ${field} in secrets.yaml is applied`,
  };
}

function notReadable({ application, given }: Given): MissingValue | undefined {
  const { reference } = given;
  const ready = reference?.status?.conditions?.find((condition) => condition.type === "Ready");
  if (reference === undefined || isSynced(reference) || ready?.status !== "False") return undefined;
  return {
    reason: "SecretNotReadable",
    message: `it waits for ${values(application.spec.secrets)} from the secret store: ${ready.message ?? "it can't be read"}`,
  };
}

function notSynced({ application, given }: Given): MissingValue | undefined {
  const { reference, secret } = given;
  const fields = Object.keys(application.spec.secrets ?? {});
  const complete = fields.every((field) => secret?.data?.[field] !== undefined);
  if (reference !== undefined && isSynced(reference) && complete) return undefined;
  return {
    reason: "SecretNotSynced",
    message: `it waits until ${values(application.spec.secrets)} is read from the secret store`,
  };
}

function values(secrets: Readonly<Record<string, number>> = {}): string {
  const named = Object.entries(secrets).map(([field, version]) => `${field} (version ${version})`);
  return `${named.length === 1 ? "the value" : "the values"} of ${named.join(" and ")}`;
}
