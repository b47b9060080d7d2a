import type { Node, Taint, Toleration } from "@catalyst/ports/kubernetes";

/** The first taint of one of these effects that nobody among the tolerations tolerates. */
export function untoleratedTaint(
  tolerations: readonly Toleration[] = [],
  node: Node,
  effects: readonly string[],
): Taint | undefined {
  return (node.spec?.taints ?? []).find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((each) => tolerates(each, taint)),
  );
}

/** Whether a toleration meets a taint; an absent key or effect means all. */
export function tolerates({ key, operator, value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  const taintValue = taint.value ?? "";
  switch (operator || "Equal") {
    case "Exists":
      return true;
    case "Equal":
      return Boolean(key) && value === taintValue;
    default:
      return false;
  }
}
