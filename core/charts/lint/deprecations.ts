import type { KubeVersion } from "../chart/capabilities.ts";
import data from "./deprecated-kinds.generated.json" with { type: "json" };

interface Deprecation {
  /** The version of Kubernetes, `1.22`, from which on it is deprecated; `removed` likewise. */
  readonly deprecated: string;
  readonly removed?: string;
  /** API version and kind. */
  readonly replacement?: string;
}

/** Of the builtin kinds but their lists, as the types Helm is built with say. */
const deprecations: Readonly<Record<string, Deprecation>> = data.kinds;

/** Gives Kubernetes' warning for a kind that is deprecated at a version; undefined for others. */
export function deprecationOf(
  apiVersion: string,
  kind: string,
  { major, minor }: KubeVersion,
): string | undefined {
  const name = `${apiVersion} ${kind}`;
  const known = Object.hasOwn(deprecations, name) ? deprecations[name] : undefined;
  if (known === undefined || isLater(known.deprecated, Number(major), Number(minor))) return undefined;
  const removed = known.removed === undefined ? "" : `, unavailable in v${known.removed}+`;
  const replacement = known.replacement === undefined ? "" : `; use ${known.replacement}`;
  return `${name} is deprecated in v${known.deprecated}+${removed}${replacement}`;
}

function isLater(version: string, major: number, minor: number): boolean {
  const [otherMajor = 0, otherMinor = 0] = version.split(".").map(Number);
  return otherMajor > major || (otherMajor === major && otherMinor > minor);
}
