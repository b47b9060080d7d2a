import { isObject } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";

type Path = readonly string[];

/**
 * A patched document with its keys in order wherever an operation reached into it, as the library that upstream uses
 * writes it: which of two faults is come upon first goes by that. The root is always reached. Shares what wasn't reached;
 * takes time by the size of what was, and of the paths.
 */
export function withKeysInOrder(document: unknown, reached: readonly Path[]): unknown {
  return inOrder(document, reached, 0);
}

/** `reached` are paths that lead here by their first `depth` steps. */
function inOrder(value: unknown, reached: readonly Path[], depth: number): unknown {
  if (!Array.isArray(value) && !isObject(value)) return value;
  const further = Map.groupBy(
    reached.filter((path) => path.length > depth + 1),
    (path) => path[depth] as string,
  );
  const below = (item: unknown, key: string) => {
    const inside = further.get(key);
    return inside === undefined ? item : inOrder(item, inside, depth + 1);
  };
  if (Array.isArray(value)) return value.map((item, index) => below(item, String(index)));
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) setOwn(ordered, key, below(value[key], key));
  return ordered;
}
