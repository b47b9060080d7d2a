import { type Library, overload } from "../overload.ts";
import { boolType, listType, paramType } from "../type.ts";
import type { ListValue } from "../value.ts";
import { contains } from "./operators.ts";

const listOfT = listType(paramType("T"));

/** Lists as sets. */
export const setLibrary: Library = {
  "sets.contains": [overload("list_sets_contains_list", [listOfT, listOfT], boolType, containsAll)],
  "sets.equivalent": [
    overload(
      "list_sets_equivalent_list",
      [listOfT, listOfT],
      boolType,
      (a: ListValue, b: ListValue) => containsAll(a, b) && containsAll(b, a),
    ),
  ],
  "sets.intersects": [
    overload("list_sets_intersects_list", [listOfT, listOfT], boolType, (a: ListValue, b: ListValue) =>
      a.items.some((item) => contains(b, item)),
    ),
  ],
};

function containsAll(list: ListValue, part: ListValue): boolean {
  return part.items.every((item) => contains(list, item));
}
