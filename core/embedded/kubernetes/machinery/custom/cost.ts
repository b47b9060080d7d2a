import { isObject } from "@catalyst/base/json";

/** What evaluating all rules of one object may cost, as upstream's RuntimeCELCostBudget. */
export const costBudget = 10_000_000;

const macro = /\.\s*(?:all|exists|exists_one|map|filter)\s*$/;

/** How deep the rule's loops (`all`, `exists`, `map` …) are nested; texts in it don't count. */
export function loopDepth(rule: string): number {
  const code = rule.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const open: boolean[] = [];
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < code.length; index++) {
    if (code[index] === "(") {
      const isLoop = macro.test(code.slice(Math.max(0, index - 40), index));
      open.push(isLoop);
      if (isLoop) deepest = Math.max(deepest, ++depth);
    } else if (code[index] === ")" && open.pop() === true) depth--;
  }
  return deepest;
}

/**
 * An upper bound of the steps a rule's loops take over a value: its longest list or map to the power of their
 * depth. Coarser than upstream's count, and known before anything runs.
 */
export function loopCost(rule: string, value: unknown): number {
  const depth = loopDepth(rule);
  return depth === 0 ? 1 : Math.max(1, longest(value)) ** depth;
}

function longest(value: unknown): number {
  if (Array.isArray(value))
    return value.reduce((most: number, item) => Math.max(most, longest(item)), value.length);
  if (!isObject(value)) return 0;
  const items = Object.values(value);
  return items.reduce((most: number, item) => Math.max(most, longest(item)), items.length);
}
