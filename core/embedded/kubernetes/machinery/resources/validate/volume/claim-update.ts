import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, text } from "../../fields.ts";
import { checkAmount, nanos } from "../pod/resources.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const fixed =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/** What an update of a PersistentVolumeClaim may not change. */
export function validateClaimUpdate(claim: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("", claim, (place) => {
    const spec = place.at("spec");
    const before = at(stored, "spec");
    const annotation = checkClassAnnotation(place, stored);
    if (!jsonEqual(comparable(place, stored, annotation), comparable(undefined, stored, annotation))) {
      spec.forbidden(fixed);
    }
    checkSize(spec, stored);
    const mode = place.called("volumeMode", spec.at("volumeMode").value);
    mode.isUnchanged(mode.value === before["volumeMode"]);
    checkAttributes(spec, stored);
  });
}

type ClassChange = "from-annotation" | "from-nothing" | "none";

/** A class that was an annotation may become the field; a claim without any may get one. */
function checkClassAnnotation(claim: Place, stored: Fields): ClassChange {
  const held = at(stored, "metadata", "annotations")[classAnnotation];
  const now = claim.at("metadata", "annotations").at(classAnnotation);
  const before = at(stored, "spec")["storageClassName"];
  const named = claim.at("spec", "storageClassName");
  const isMoved = held !== undefined && before === undefined && named.value === held;
  if (isMoved && (!now.isSet || now.value === held)) return "from-annotation";
  if ((now.value ?? "") !== (held ?? "")) {
    claim.at("metadata").at("annotations").at(classAnnotation).invalid("field is immutable", now.text);
  }
  const isNew = named.isSet && before === undefined && (held === undefined || named.value === held);
  return isNew ? "from-nothing" : "none";
}

/** The spec as far as it may not change: of the update, or of what it replaces when there is none. */
function comparable(claim: Place | undefined, stored: Fields, change: ClassChange): Fields {
  const before = at(stored, "spec");
  const { ...spec } = claim === undefined ? before : (claim.at("spec").fields as Fields);
  if (text(before, "volumeName") === "") delete spec["volumeName"];
  if (change !== "none") delete spec["storageClassName"];
  if (at(stored, "status")["phase"] !== "Bound") return spec;
  delete spec["volumeAttributesClassName"];
  const { storage: _storage, ...requests } = at(spec, "resources", "requests");
  spec["resources"] = { ...at(spec, "resources"), requests };
  return spec;
}

function checkSize(spec: Place, stored: Fields): void {
  const size = spec.at("resources", "requests", "storage");
  const before = nanos(at(stored, "spec", "resources", "requests")["storage"]);
  const given = nanos(at(stored, "status", "capacity")["storage"]);
  if (nanos(size.value) < before && nanos(size.value) <= given) {
    size.forbidden("field can not be less than status.capacity");
  }
}

function checkAttributes(spec: Place, stored: Fields): void {
  const attributes = spec.at("volumeAttributesClassName");
  if (attributes.value === at(stored, "spec")["volumeAttributesClassName"]) return;
  if (at(stored, "status")["currentVolumeAttributesClassName"] === undefined) return;
  const why = "is forbidden when status.currentVolumeAttributesClassName is not nil";
  if (!attributes.isSet) attributes.forbidden(`update to nil ${why}`);
  else if (attributes.text === "") attributes.forbidden(`update to empty string ${why}`);
}

const resizes = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizePending",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
].sort();

/** Everything wrong with what is said of a claim's volume. */
export function validateClaimStatus(claim: Fields): readonly FieldFault[] {
  return faultsAt("status", claim["status"], (status) => {
    for (const [, amount] of status.at("capacity").entries()) checkValid(amount);
    const states = status.at("allocatedResourceStatuses");
    for (const [name, state] of states.entries()) {
      checkName(states, name);
      if (!resizes.includes(state.text)) states.unsupported(resizes, name);
    }
    const allocated = status.at("allocatedResources");
    for (const [name, amount] of allocated.entries()) {
      if (checkName(allocated, name) && checkValid(amount)) checkAmount(amount, "storage");
    }
  });
}

const unit = 1_000_000_000n;

function checkValid(amount: Place): boolean {
  const size = nanos(amount.value);
  if (size >= 0n) return true;
  amount.invalid("must be a valid resource quantity", Number((size - unit + 1n) / unit));
  return false;
}

function checkName(list: Place, name: string): boolean {
  const faults = qualifiedName(name);
  for (const fault of faults) list.invalid(fault, name);
  if (faults.length > 0) return false;
  const isOther = name.includes("/") && !name.includes("kubernetes.io/");
  if (name === "storage" || isOther) return true;
  list.unsupported(["storage"], name);
  return false;
}
