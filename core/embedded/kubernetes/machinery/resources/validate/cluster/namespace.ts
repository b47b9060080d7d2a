import type { FieldFault } from "../../../status.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields } from "../../fields.ts";

/** Everything wrong with a Namespace. */
export function validateNamespace(namespace: Fields): readonly FieldFault[] {
  return faultsAt("spec.finalizers", at(namespace, "spec")["finalizers"], (list) => {
    for (const finalizer of list.texts) checkFinalizer(list, finalizer);
  });
}

/** Everything wrong with what a namespace's deletion is made to wait for. */
export function validateNamespaceFinalizers(namespace: Fields): readonly FieldFault[] {
  return faultsAt("spec.finalizers", at(namespace, "spec")["finalizers"], (list) => {
    for (const item of list.items()) checkFinalizer(item, item.text);
  });
}

function checkFinalizer(place: Place, finalizer: string): void {
  for (const fault of qualifiedName(finalizer)) place.invalid(fault, finalizer);
  const isPlain = ["kubernetes", "orphan", "foregroundDeletion"].includes(finalizer);
  if (finalizer.includes("/") || isPlain) return;
  place.invalid("name is neither a standard finalizer name nor is it fully qualified", finalizer);
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
