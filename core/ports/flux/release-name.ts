import { sha256Hex } from "@catalyst/base/digest";
import type { HelmRelease } from "./kinds.ts";

/** Longest name Helm takes. */
const nameLimit = 53;

const hashLength = 12;

/**
 * The name under which Helm keeps a HelmRelease's release: `spec.releaseName`, or `[targetNamespace-]name`. One that
 * is too long for Helm keeps its first 40 characters and gets a hash. The rules are Flux's (`GetReleaseName`,
 * `ShortenName`); empty fields count as absent, as in Go.
 */
export function helmReleaseName({
  metadata,
  spec,
}: Pick<HelmRelease, "metadata"> & {
  readonly spec: Pick<HelmRelease["spec"], "releaseName" | "targetNamespace">;
}): string {
  const composed = spec.targetNamespace ? `${spec.targetNamespace}-${metadata.name}` : metadata.name;
  return shortened(spec.releaseName || composed);
}

/**
 * The namespace of Helm's Secrets: what the status says they were written to last, otherwise what the spec asks for,
 * otherwise the HelmRelease's own.
 */
export function helmStorageNamespace({ metadata, spec, status }: HelmRelease): string {
  return status?.storageNamespace || spec.storageNamespace || (metadata.namespace ?? "");
}

function shortened(name: string): string {
  if (name.length <= nameLimit) return name;
  return `${name.slice(0, nameLimit - hashLength - 1)}-${sha256Hex(name).slice(0, hashLength)}`;
}
