import type { FieldFault } from "../../../status.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { faultsAt } from "../../../validate/place.ts";
import { at, type Fields } from "../../fields.ts";

/** Everything wrong with a Namespace. */
export function validateNamespace(namespace: Fields): readonly FieldFault[] {
  return faultsAt("spec.finalizers", at(namespace, "spec")["finalizers"], (list) => {
    for (const finalizer of list.texts) {
      for (const fault of qualifiedName(finalizer)) list.invalid(fault, finalizer);
      const isPlain = ["kubernetes", "orphan", "foregroundDeletion"].includes(finalizer);
      if (finalizer.includes("/") || isPlain) continue;
      list.invalid("name is neither a standard finalizer name nor is it fully qualified", finalizer);
    }
  });
}

/** A namespace is in the phase that its deletion puts it in. */
export function validateNamespaceStatus(namespace: Fields): readonly FieldFault[] {
  const isEnding = at(namespace, "metadata")["deletionTimestamp"] !== undefined;
  const phase = isEnding ? "Terminating" : "Active";
  return faultsAt("status", namespace["status"], (status) => {
    const place = status.called("Phase", status.at("phase").value);
    if (place.text === phase) return;
    place.invalid(`may only be '${phase}' if \`deletionTimestamp\` is ${isEnding ? "not " : ""}empty`);
  });
}
