import { ownValue, setOwn } from "../schema/own-key.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import { itemElement } from "./path-element.ts";
import { entriesOf, entryTypeOrAny, itemsOf, itemType, shapeOf } from "./shape.ts";

/**
 * Merges an applied value into the live one (structured-merge-diff's Merge): what is owned as a whole is
 * replaced, maps and associative lists are joined. Undefined when nothing results. Unchanged parts are shared.
 */
export function merge(type: TypeSchema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  const shape = shapeOf(type, applied);
  if (shape === "leaf" || live === undefined || shapeOf(type, live) !== shape) return applied;
  return shape === "map" ? mergeMaps(type, live, applied) : mergeLists(type, live, applied);
}

function mergeMaps(type: TypeSchema, live: unknown, applied: unknown): unknown {
  const left = entriesOf(live);
  const right = entriesOf(applied);
  const merged: Record<string, unknown> = {};
  let size = 0;
  for (const key in left) {
    const value = merge(entryTypeOrAny(type, key), left[key], ownValue(right, key));
    if (value === undefined) continue;
    setOwn(merged, key, value);
    size++;
  }
  for (const key in right) {
    if (ownValue(left, key) !== undefined || right[key] === undefined) continue;
    setOwn(merged, key, right[key]);
    size++;
  }
  if (size > 0) return merged;
  return Object.keys(left).length === 0 && Object.keys(right).length === 0 ? applied : undefined;
}

interface Indexed {
  readonly elements: readonly string[];
  /** Undefined where several items share the keys: those aren't merged but replaced. */
  readonly items: ReadonlyMap<string, unknown>;
}

function index(type: TypeSchema, items: readonly unknown[]): Indexed {
  const elements: string[] = [];
  const found = new Map<string, unknown>();
  items.forEach((item, position) => {
    const element = itemElement(type, item) ?? `i:${position}`;
    elements.push(element);
    found.set(element, found.has(element) ? undefined : item);
  });
  return { elements, items: found };
}

/**
 * Items that both have keep the applied order; items only one side has keep their place relative to their
 * neighbours on that side.
 */
function mergeLists(type: TypeSchema, live: unknown, applied: unknown): unknown {
  const leftItems = itemsOf(live);
  if (leftItems.length === 0 && itemsOf(applied).length === 0) return applied;
  const left = index(type, leftItems);
  const right = index(type, itemsOf(applied));
  const shared = right.elements.filter((element) => left.items.has(element));
  let nextShared = 0;
  const done = new Set<string>();
  const merged: unknown[] = [];
  const take = (element: string) => {
    done.add(element);
    if (element === shared[nextShared]) nextShared++;
    merged.push(merge(itemType(type), left.items.get(element), right.items.get(element)));
  };
  let l = 0;
  let r = 0;
  while (l < left.elements.length || r < right.elements.length) {
    const leftElement = left.elements[l];
    const rightElement = right.elements[r];
    if (leftElement !== undefined && rightElement !== undefined) {
      if (leftElement === rightElement) {
        take(leftElement);
        l++;
        r++;
        continue;
      }
      // Both have it, but the applied order wants another one first.
      if (right.items.has(leftElement) && nextShared < shared.length && shared[nextShared] !== leftElement) {
        l++;
        continue;
      }
    }
    if (leftElement !== undefined) {
      if (!right.items.has(leftElement)) {
        merged.push(leftItems[l]);
        l++;
        continue;
      }
      if (done.has(leftElement)) l++;
    }
    if (rightElement !== undefined) {
      take(rightElement);
      r++;
    }
  }
  return merged;
}
