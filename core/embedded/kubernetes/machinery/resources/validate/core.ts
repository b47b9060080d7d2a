import { jsonEqual } from "@catalyst/base/json";
import { parseQuantity } from "@catalyst/base/quantity";
import type { FieldFault } from "../../status.ts";
import { forbidden, immutable, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import { configKey } from "../../validate/names.ts";
import { at, type Fields, text, texts } from "../fields.ts";
import { validateEndpoints } from "./endpoints.ts";
import { validateEphemeralContainers } from "./pod/ephemeral.ts";
import { validatePod } from "./pod/pod.ts";
import { validateResize } from "./pod/resize.ts";
import { validatePodStatus } from "./pod/status.ts";
import { validatePodUpdate } from "./pod/update.ts";
import { podWarnings } from "./pod/warnings.ts";
import { validateService, validateServiceUpdate } from "./service.ts";
import type { Validations } from "./types.ts";

const maxData = 1024 * 1024;

function validateData(object: Fields, ...fields: readonly string[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  let size = 0;
  for (const field of fields) {
    for (const [key, value] of Object.entries(at(object, field))) {
      faults.push(...configKey(key).map((fault) => invalidValue(`${field}[${key}]`, key, fault)));
      size += Buffer.byteLength(String(value));
    }
  }
  if (size > maxData) faults.push(tooLong("", maxData));
  return faults;
}

/** What `immutable: true` forbids, for good. */
function immutableData(object: Fields, stored: Fields, fields: readonly string[]): readonly FieldFault[] {
  if (stored["immutable"] !== true) return [];
  const faults: FieldFault[] = [];
  if (object["immutable"] !== true) {
    faults.push(forbidden("immutable", "field is immutable when `immutable` is set"));
  }
  for (const field of fields) {
    if (!jsonEqual(at(object, field), at(stored, field))) {
      faults.push(forbidden(field, "field is immutable when `immutable` is set"));
    }
  }
  return faults;
}

/** The keys a Secret of a known type can't do without. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

function validateSecret(secret: Fields): readonly FieldFault[] {
  const data = at(secret, "data");
  const type = text(secret, "type");
  const faults = [...validateData(secret, "data")];
  for (const key of secretKeys[type] ?? []) {
    if (data[key] === undefined) faults.push(required(`data[${key}]`));
  }
  const basic = type === "kubernetes.io/basic-auth";
  if (basic && data["username"] === undefined && data["password"] === undefined) {
    faults.push(required("data[username]"), required("data[password]"));
  }
  const account = "kubernetes.io/service-account.name";
  if (type === "kubernetes.io/service-account-token" && !at(secret, "metadata", "annotations")[account]) {
    faults.push(required(`metadata.annotations[${account}]`));
  }
  return faults;
}

function validateSecretUpdate(secret: Fields, stored: Fields): readonly FieldFault[] {
  const type = secret["type"];
  return [
    ...(type === stored["type"] ? [] : [invalidValue("type", type, immutable)]),
    ...immutableData(secret, stored, ["data"]),
  ];
}

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

function validateModes(spec: Fields): readonly FieldFault[] {
  return texts(spec, "accessModes")
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => unsupported("spec.accessModes", mode, accessModes));
}

function validateClaim(claim: Fields): readonly FieldFault[] {
  const spec = at(claim, "spec");
  const faults: FieldFault[] = [];
  if (texts(spec, "accessModes").length === 0) {
    faults.push(required("spec.accessModes", "at least 1 access mode is required"));
  }
  faults.push(...validateModes(spec));
  const storage = at(spec, "resources", "requests")["storage"];
  if (storage === undefined) faults.push(required("spec.resources[storage]"));
  else if ((parseQuantity(String(storage))?.nanos ?? 0n) <= 0n) {
    faults.push(invalidValue("spec.resources[storage]", storage, "must be greater than zero"));
  }
  return faults;
}

/** A claim's spec is fixed, but for its size once bound, and for the volume it gets. */
function validateClaimUpdate(claim: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  const spec = at(claim, "spec");
  const settable = new Set(["volumeAttributesClassName"]);
  if (at(stored, "status")["phase"] === "Bound") settable.add("resources");
  if (text(before, "volumeName") === "") settable.add("volumeName");
  // A claim without class may get the default one later.
  if (before["storageClassName"] === undefined) settable.add("storageClassName");
  const changed = [...Object.keys(spec), ...Object.keys(before)].some(
    (field) => !settable.has(field) && !jsonEqual(spec[field], before[field]),
  );
  if (!changed) return [];
  return [
    forbidden(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    ),
  ];
}

const volumeFields = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

function validateVolume(volume: Fields): readonly FieldFault[] {
  const spec = at(volume, "spec");
  const capacity = at(spec, "capacity");
  const faults: FieldFault[] = [];
  if (texts(spec, "accessModes").length === 0) faults.push(required("spec.accessModes"));
  faults.push(...validateModes(spec));
  if (Object.keys(capacity).length === 0) faults.push(required("spec.capacity"));
  if (capacity["storage"] === undefined) {
    faults.push(unsupported("spec.capacity", spec["capacity"] ?? null, ["storage"]));
  }
  const sources = Object.keys(spec).filter((field) => !volumeFields.has(field));
  if (sources.length === 0) faults.push(required("spec", "must specify a volume type"));
  for (const extra of sources.slice(1)) {
    faults.push(forbidden(`spec.${extra}`, "may not specify more than 1 volume type"));
  }
  return faults;
}

export const coreValidations: Validations = {
  Pod: {
    object: validatePod,
    update: validatePodUpdate,
    subresources: {
      status: validatePodStatus,
      ephemeralcontainers: validateEphemeralContainers,
      resize: validateResize,
    },
    warnings: podWarnings,
  },
  Service: { object: validateService, update: validateServiceUpdate },
  Secret: { object: validateSecret, update: validateSecretUpdate },
  ConfigMap: {
    object: (map) => validateData(map, "data", "binaryData"),
    update: (map, stored) => immutableData(map, stored, ["data", "binaryData"]),
  },
  PersistentVolumeClaim: { object: validateClaim, update: validateClaimUpdate },
  PersistentVolume: { object: validateVolume },
  Endpoints: { object: validateEndpoints },
};
