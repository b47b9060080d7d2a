import { jsonEqual } from "@catalyst/base/json";
import { parseQuantity } from "@catalyst/base/quantity";
import type { FieldFault } from "../../status.ts";
import { duplicate, forbidden, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import { dnsSubdomain, qualifiedName } from "../../validate/names.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { byRule, unchanged } from "./checks.ts";
import { csiDriverValidation, csiNodeValidation, driverName } from "./csi.ts";
import { labelWarnings, nodeSelectorWarnings } from "./node-labels.ts";
import type { Validation, Validations } from "./types.ts";

function provisioner(object: Fields, key: string): readonly FieldFault[] {
  const value = text(object, key);
  if (value === "") return [required(key)];
  const lower = value.toLowerCase();
  return qualifiedName(lower).map((fault) => invalidValue(key, lower, fault));
}

const mostParameters = 512;
const parametersSize = 256 * 1024;

function validateParameters(object: Fields): readonly FieldFault[] {
  const parameters = Object.entries(at(object, "parameters"));
  if (parameters.length > mostParameters) return [tooLong("parameters", mostParameters)];
  const faults: FieldFault[] = [];
  let size = 0;
  for (const [key, value] of parameters) {
    if (key === "") faults.push(invalidValue("parameters", key, "field can not be empty."));
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  return size > parametersSize ? [...faults, tooLong("parameters", parametersSize)] : faults;
}

function validateTopologies(object: Fields): readonly FieldFault[] {
  // Upstream's list of terms begins with empty ones, so an empty term is never the first.
  const seen: unknown[] = [{}];
  return each(object, "allowedTopologies").flatMap((term, index) => {
    const path = `allowedTopologies[${index}].matchLabelExpressions`;
    const faults = [...validateTerm(term, path)];
    const values = Object.fromEntries(
      each(term, "matchLabelExpressions").map((one) => [text(one, "key"), [...texts(one, "values")].sort()]),
    );
    if (seen.some((other) => jsonEqual(other, values))) faults.push(duplicate(path, ""));
    seen.push(values);
    return faults;
  });
}

function validateTerm(term: Fields, path: string): readonly FieldFault[] {
  const keys = new Set<string>();
  return each(term, "matchLabelExpressions").flatMap((expression, index) => {
    const field = `${path}[${index}]`;
    const values = texts(expression, "values");
    const faults = values.length === 0 ? [required(`${field}.values`)] : [];
    values.forEach((value, place) => {
      if (values.indexOf(value) < place) faults.push(duplicate(`${field}.values[${place}]`, value));
    });
    const key = text(expression, "key");
    faults.push(...byRule(qualifiedName, key, `${field}.key`));
    if (keys.has(key)) faults.push(duplicate(`${field}.key`, key));
    keys.add(key);
    return faults;
  });
}

const reclaimPolicies = ["Delete", "Retain"];
const bindingModes = ["Immediate", "WaitForFirstConsumer"];

const storageClassValidation: Validation = {
  object: (storageClass) => {
    const { reclaimPolicy, volumeBindingMode } = storageClass;
    const faults = [...provisioner(storageClass, "provisioner"), ...validateParameters(storageClass)];
    if (reclaimPolicy !== "" && !reclaimPolicies.includes(String(reclaimPolicy)))
      faults.push(unsupported("reclaimPolicy", reclaimPolicy, reclaimPolicies));
    if (!bindingModes.includes(String(volumeBindingMode)))
      faults.push(unsupported("volumeBindingMode", volumeBindingMode, bindingModes));
    return [...faults, ...validateTopologies(storageClass)];
  },
  update: (storageClass, stored) =>
    unchanged(storageClass, stored, "", "parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
  warnings: (storageClass) =>
    each(storageClass, "allowedTopologies").flatMap((term, index) =>
      each(term, "matchLabelExpressions").flatMap((expression, place) =>
        labelWarnings(
          text(expression, "key"),
          `allowedTopologies[${index}].matchLabelExpressions[${place}].key`,
        ),
      ),
    ),
};

function validateAttachment(attachment: Fields): readonly FieldFault[] {
  const spec = at(attachment, "spec");
  const source = at(spec, "source");
  const { inlineVolumeSpec: inline, persistentVolumeName: volume } = source;
  const faults = [...driverName(text(spec, "attacher"), "spec.attacher")];
  const why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (inline === undefined && volume === undefined) faults.push(required("spec.source", why));
  else if (inline !== undefined && volume !== undefined) faults.push(forbidden("spec.source", why));
  else if (volume === "")
    faults.push(required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
  if (inline !== undefined && volume === undefined)
    faults.push(...validateInline(at(source, "inlineVolumeSpec"), "spec.source.inlineVolumeSpec"));
  faults.push(...byRule(dnsSubdomain, text(spec, "nodeName"), "spec.nodeName"));
  faults.push(...validateAttachmentStatus(attachment));
  if (typeof volume === "string")
    faults.push(...byRule(dnsSubdomain, volume, "spec.source.persistentVolumeName"));
  return faults;
}

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** What a volume that is no object of its own may say. */
function validateInline(volume: Fields, path: string): readonly FieldFault[] {
  const faults = ["claimRef", "capacity"]
    .filter((key) => volume[key] !== undefined)
    .map((key) => forbidden(`${path}.${key}`, "may not be specified in the context of inline volumes"));
  if (volume["csi"] === undefined)
    faults.push(required(`${path}.csi`, "has to be specified in the context of inline volumes"));
  const modes = texts(volume, "accessModes");
  if (modes.length === 0) faults.push(required(`${path}.accessModes`));
  for (const mode of modes) {
    if (!accessModes.includes(mode)) faults.push(unsupported(`${path}.accessModes`, mode, accessModes));
  }
  const policy = text(volume, "persistentVolumeReclaimPolicy");
  if (policy !== "" && policy !== "Retain") {
    const why = "may only be Retain in the context of inline volumes";
    faults.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, why));
  }
  return faults;
}

const longestMessage = 1024;

function validateAttachmentStatus(attachment: Fields): readonly FieldFault[] {
  const status = at(attachment, "status");
  const faults: FieldFault[] = [];
  const metadata = Object.entries(at(status, "attachmentMetadata"));
  const size = metadata.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (size > parametersSize) faults.push(tooLong("status.attachmentMetadata", parametersSize));
  for (const key of ["attachError", "detachError"]) {
    const error = at(status, key);
    // Upstream names the limit of another field.
    if (Buffer.byteLength(text(error, "message")) > longestMessage)
      faults.push(tooLong(`status.${key}.message`, parametersSize));
    const code = number(error, "errorCode") ?? 0;
    if (code < 0) {
      const why = "must be between 0 and 2147483647, inclusive";
      faults.push(invalidValue(`status.${key}.errorCode`, code, why));
    }
  }
  return faults;
}

const attachmentValidation: Validation = {
  object: validateAttachment,
  update: (attachment, stored) => unchanged(attachment, stored, "", "spec"),
  subresources: { status: validateAttachment },
};

const capacityValidation: Validation = {
  object: (capacity) => {
    const faults: FieldFault[] = [];
    if (capacity["nodeTopology"] !== undefined)
      faults.push(...validateSelector(at(capacity, "nodeTopology"), "nodeTopology"));
    faults.push(...byRule(dnsSubdomain, text(capacity, "storageClassName"), "storageClassName"));
    const size = text(capacity, "capacity");
    if ((parseQuantity(size)?.nanos ?? 0n) < 0n)
      faults.push(invalidValue("capacity", size, "must be greater than or equal to 0"));
    return faults;
  },
  update: (capacity, stored) => unchanged(capacity, stored, "", "nodeTopology", "storageClassName"),
  warnings: (capacity) => nodeSelectorWarnings(at(capacity, "nodeTopology"), "nodeTopology"),
};

const attributesValidation: Validation = {
  object: (attributes) => {
    const faults = [...provisioner(attributes, "driverName"), ...validateParameters(attributes)];
    if (Object.keys(at(attributes, "parameters")).length === 0)
      faults.push(required("parameters", "must contain at least one key/value pair"));
    return faults;
  },
  update: (attributes, stored) =>
    ["driverName", "parameters"]
      .filter((key) => !jsonEqual(attributes[key], stored[key]))
      .map((key) => forbidden(key, `updates to ${key} are forbidden.`)),
};

/** Source: Kubernetes' `pkg/apis/storage/validation`. */
export const storageValidations: Validations = {
  StorageClass: storageClassValidation,
  VolumeAttachment: attachmentValidation,
  VolumeAttributesClass: attributesValidation,
  CSIDriver: csiDriverValidation,
  CSINode: csiNodeValidation,
  CSIStorageCapacity: capacityValidation,
};
