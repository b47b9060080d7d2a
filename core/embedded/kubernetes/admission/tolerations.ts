import { jsonEqual } from "@catalyst/base/json";

export interface Toleration {
  readonly key?: string;
  readonly effect?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly tolerationSeconds?: number;
}

/** Joins two lists; of two tolerations of which one covers the other only that one is kept. Source: MergeTolerations. */
export function mergedTolerations(
  first: readonly Toleration[],
  second: readonly Toleration[],
): readonly Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  all.forEach((one, index) => {
    const later = all.slice(index + 1);
    const isCovered =
      merged.some((other) => covers(other, one)) ||
      later.some((other) => !isSame(other, one) && covers(other, one));
    if (!isCovered) merged.push(one);
  });
  return merged;
}

function isSame(a: Toleration, b: Toleration): boolean {
  return jsonEqual({ ...a }, { ...b });
}

function covers(wide: Toleration, one: Toleration): boolean {
  if (isSame(wide, one)) return true;
  const { key = "", effect = "", operator = "", value = "", tolerationSeconds } = wide;
  if ((one.key ?? "") !== key && (key !== "" || operator !== "Exists")) return false;
  if ((one.effect ?? "") !== effect && effect !== "") return false;
  const isShort = effect === "NoExecute" && tolerationSeconds !== undefined;
  if (isShort && (one.tolerationSeconds ?? Number.POSITIVE_INFINITY) > tolerationSeconds) return false;
  if (operator === "Exists") return true;
  return (operator === "" || operator === "Equal") && one.operator === "Equal" && (one.value ?? "") === value;
}
