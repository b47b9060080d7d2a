import { parseDuration } from "@catalyst/base/duration";
import type { ExternalSecret } from "@catalyst/ports/external-secrets";
import {
  dataHash,
  dataHashAnnotation,
  type ExternalSecretFacts,
  managedLabel,
  versionOf,
} from "./observe.ts";

/** What the controller does next; one of a closed set. */
export type ExternalSecretAction =
  /** It is being deleted: its Secret goes with it, by its owner. */
  | { readonly kind: "none" }
  /** It asks for something that isn't carried out here. */
  | { readonly kind: "refuse"; readonly message: string }
  /** The Secret is as it should be; `after` in milliseconds, undefined: until something changes. */
  | { readonly kind: "rest"; readonly after: number | undefined }
  | { readonly kind: "refresh" };

/** Fields of External Secrets that aren't carried out here: refused, since ignoring one would make another Secret. */
const refusedFields: readonly (readonly string[])[] = [
  ["spec", "dataFrom"],
  ["spec", "target", "template"],
  ["spec", "target", "immutable"],
  ["spec", "target", "manifest"],
];

/** What a reference may say besides key, property and version: the defaults the definition fills in. */
const referenceDefaults: Readonly<Record<string, string>> = {
  conversionStrategy: "Default",
  decodingStrategy: "None",
  metadataPolicy: "None",
};

/** Decides from facts alone. */
export function decide(facts: ExternalSecretFacts): ExternalSecretAction {
  const { object } = facts;
  if (object.metadata.deletionTimestamp !== undefined) return { kind: "none" };
  const refused = refusedField(object);
  if (refused !== undefined)
    return { kind: "refuse", message: `${refused} is not supported by this cluster` };
  if (needsRefresh(facts) || !isTargetIntact(facts)) return { kind: "refresh" };
  return { kind: "rest", after: restFor(facts) };
}

function refusedField(object: ExternalSecret): string | undefined {
  for (const path of refusedFields) {
    const value = path.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      object,
    );
    if (value !== undefined) return path.join(".");
  }
  for (const [index, entry] of (object.spec.data ?? []).entries()) {
    if (entry["sourceRef"] !== undefined) return `spec.data[${index}].sourceRef`;
    for (const [field, usual] of Object.entries(referenceDefaults)) {
      const value = entry.remoteRef[field];
      if (value !== undefined && value !== usual) return `spec.data[${index}].remoteRef.${field}`;
    }
  }
  return undefined;
}

/** External Secrets' rules of when values are read again. */
function needsRefresh({ object, now }: ExternalSecretFacts): boolean {
  const { status, spec } = object;
  const synced = status?.syncedResourceVersion;
  if (synced === undefined || synced === "" || status?.refreshTime === undefined) return true;
  if (spec.refreshPolicy === "CreatedOnce") return false;
  if (spec.refreshPolicy === "OnChange") return synced !== versionOf(object);
  const interval = intervalOf(object);
  if (interval <= 0) return false;
  const since = now - Date.parse(status.refreshTime);
  return synced !== versionOf(object) || since < 0 || since >= interval;
}

/** Whether the Secret is still what was made: it is there, marked, and holds the same. */
function isTargetIntact({ object, target }: ExternalSecretFacts): boolean {
  const policy = object.spec.target?.creationPolicy;
  if (policy === "Orphan" || policy === "None") return true;
  return (
    target?.metadata.labels?.[managedLabel] === "true" &&
    target.metadata.annotations?.[dataHashAnnotation] === dataHash(target.data ?? {})
  );
}

function restFor({ object, now }: ExternalSecretFacts): number | undefined {
  const interval = intervalOf(object);
  const { refreshPolicy = "Periodic" } = object.spec;
  if (interval <= 0 || refreshPolicy !== "Periodic") return undefined;
  return Math.max(0, interval - (now - Date.parse(object.status?.refreshTime ?? "")));
}

/** `spec.refreshInterval` in milliseconds; 0: never again by itself. */
export function intervalOf(object: ExternalSecret): number {
  return parseDuration(object.spec.refreshInterval ?? "1h");
}
