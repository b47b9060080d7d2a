import type { Node, Pod, Taint, Toleration } from "@catalyst/ports/kubernetes";
import { tolerates } from "../scheduler/taints.ts";

/** How long a Pod may stay on its node: for good, or so many milliseconds. */
export type Stay = "forever" | number;

/** The taints of a node that send Pods away. */
export function evictingTaints(node: Node | undefined): readonly Taint[] {
  return (node?.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");
}

/** How long a Pod may stay under such taints: as the most impatient of the tolerations says that it needs for them. */
export function stayUnder(taints: readonly Taint[], { spec }: Pod): Stay {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const toleration = (spec.tolerations ?? []).find((each) => tolerates(each, taint));
    if (toleration === undefined) return 0;
    used.push(toleration);
  }
  const seconds = used.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  return seconds.length === 0 ? "forever" : Math.max(0, Math.min(...seconds)) * 1000;
}
