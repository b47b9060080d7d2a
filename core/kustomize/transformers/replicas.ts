import { CatalystError } from "@catalyst/base/errors";
import type { Replica } from "../kustomization/kustomization.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { type FieldSpec, isSelected, scalarSetter, updateField } from "../values/field-spec.ts";

/** Sets how many replicas the objects of a name shall have. Throws `kustomize-replicas-unmatched` when there's none. */
export function setReplicas(
  set: ItemSet,
  { name = "", count = 0 }: Replica,
  specs: readonly FieldSpec[],
): void {
  let isFound = false;
  for (const spec of specs) {
    for (const item of set.named(name, (id) => isSelected(id, spec))) {
      isFound = true;
      if (item.value === undefined) continue;
      item.value = updateField(item.value, spec, { creates: "scalar", set: scalarSetter(() => count) });
    }
  }
  if (isFound) return;
  const kinds = specs.map(({ kind }) => kind ?? "any").join(", ");
  throw new CatalystError("kustomize-replicas-unmatched", `there is no '${name}' among the kinds ${kinds}`);
}
