import type { Place } from "../../../validate/place.ts";
import type { Fields } from "../../fields.ts";

/** Labels of nodes that have other names now. */
const newNames: Readonly<Record<string, string>> = {
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
};

/** Checks that an update leaves a volume on the nodes it is on. */
export function checkAffinityKept(volume: Place, before: Fields): void {
  const now = volume.at("spec", "nodeAffinity");
  if (isRenamed(now.value, before)) return;
  volume
    .called("nodeAffinity", now.value ?? null)
    .invalid("field is immutable, except for updating from beta label to GA", now.value ?? null);
}

/** Tells whether two selectors differ in nothing but the new name of a label. */
function isRenamed(now: unknown, before: unknown): boolean {
  if (Array.isArray(before)) {
    return (
      Array.isArray(now) &&
      now.length === before.length &&
      before.every((item, index) => isRenamed(now[index], item))
    );
  }
  if (typeof before !== "object" || before === null) return now === before;
  if (typeof now !== "object" || now === null) return false;
  const keys = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...keys].every((key) => {
    const value = (now as Fields)[key];
    const held = (before as Fields)[key];
    return isRenamed(value, held) || (key === "key" && newNames[String(held)] === value);
  });
}
