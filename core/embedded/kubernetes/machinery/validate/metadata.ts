import { jsonEqual } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import { at, each, type Fields, text, texts } from "../resources/fields.ts";
import type { FieldFault } from "../status.ts";
import { canonicalAddress } from "./addresses.ts";
import { forbidden, immutable, invalidValue, required, tooLong } from "./faults.ts";
import { dnsLabel, dnsSubdomain, labelValue, type NameRule, pathSegment, qualifiedName } from "./names.ts";

const annotationLimit = 256 * 1024;

const nameRules: Readonly<Record<string, NameRule>> = {
  Namespace: dnsLabel,
  Service: dnsLabel,
  StatefulSet: dnsLabel,
  Role: pathSegment,
  ClusterRole: pathSegment,
  RoleBinding: pathSegment,
  ClusterRoleBinding: pathSegment,
  IPAddress: canonicalAddress,
  CertificateSigningRequest: pathSegment,
  APIService: pathSegment,
  Event: pathSegment,
};

/** The rule the names of a kind follow. */
function nameRule(kind: ResourceKind): NameRule {
  return kind.custom === undefined ? (nameRules[kind.kind] ?? dnsSubdomain) : dnsSubdomain;
}

/** Checks the metadata of a new object. */
export function validateMetadata(kind: ResourceKind, object: Fields): readonly FieldFault[] {
  const metadata = at(object, "metadata");
  const faults: FieldFault[] = [];
  const rule = nameRule(kind);
  const prefix = text(metadata, "generateName");
  if (prefix !== "") {
    const sample = prefix.length > 1 ? prefix.replace(/-$/, "a") : prefix;
    faults.push(...rule(sample).map((fault) => invalidValue("metadata.generateName", prefix, fault)));
  }
  const name = text(metadata, "name");
  if (name === "") faults.push(required("metadata.name", "name or generateName is required"));
  else faults.push(...rule(name).map((fault) => invalidValue("metadata.name", name, fault)));
  faults.push(...validateCommon(metadata));
  return [...faults, ...validateFinalizers(kind, metadata)];
}

function validateCommon(metadata: Fields): readonly FieldFault[] {
  return [
    ...validateLabels(at(metadata, "labels"), "metadata.labels"),
    ...validateAnnotations(at(metadata, "annotations"), "metadata.annotations"),
    ...validateOwners(each(metadata, "ownerReferences")),
  ];
}

/** Checks keys and values of labels. */
export function validateLabels(labels: Fields, field: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const key of Object.keys(labels)) {
    const value = String(labels[key]);
    faults.push(...qualifiedName(key).map((fault) => invalidValue(field, key, fault)));
    faults.push(...labelValue(value).map((fault) => invalidValue(field, value, fault)));
  }
  return faults;
}

/** Checks keys and total size of annotations. */
export function validateAnnotations(annotations: Fields, field: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  let size = 0;
  for (const key of Object.keys(annotations)) {
    size += Buffer.byteLength(key) + Buffer.byteLength(String(annotations[key]));
    faults.push(...qualifiedName(key.toLowerCase()).map((fault) => invalidValue(field, key, fault)));
  }
  if (size > annotationLimit) faults.push(tooLong(field, annotationLimit));
  return faults;
}

function validateOwners(owners: readonly Fields[]): readonly FieldFault[] {
  const field = "metadata.ownerReferences";
  const faults: FieldFault[] = [];
  let controller = "";
  for (const owner of owners) {
    if (text(owner, "apiVersion") === "") {
      faults.push(invalidValue(`${field}.apiVersion`, "", "version must not be empty"));
    }
    for (const part of ["kind", "name", "uid"]) {
      if (text(owner, part) === "") faults.push(invalidValue(`${field}.${part}`, "", "must not be empty"));
    }
    if (text(owner, "apiVersion") === "v1" && text(owner, "kind") === "Event") {
      faults.push(invalidValue(field, owner, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (owner["controller"] !== true) continue;
    const named = `${text(owner, "kind")}/${text(owner, "name")}`;
    if (controller !== "") {
      faults.push(
        invalidValue(
          field,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${named}`,
        ),
      );
    } else controller = named;
  }
  return faults;
}

const plainFinalizers = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

/** Only built-in kinds want a finalizer qualified; a custom kind's may be a plain name. */
function validateFinalizers(kind: ResourceKind, metadata: Fields): readonly FieldFault[] {
  const finalizers = texts(metadata, "finalizers");
  const field = "metadata.finalizers";
  const names = finalizers.flatMap((finalizer) =>
    qualifiedName(finalizer).map((fault) => invalidValue(field, finalizer, fault)),
  );
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const why = "finalizer orphan and foregroundDeletion cannot be both set";
    names.push(invalidValue(field, finalizers, why));
  }
  return kind.custom === undefined ? [...names, ...unqualifiedFinalizers(finalizers)] : names;
}

function unqualifiedFinalizers(finalizers: readonly string[]): readonly FieldFault[] {
  return finalizers.flatMap((finalizer, index) => {
    if (finalizer.includes("/") || plainFinalizers.has(finalizer)) return [];
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    return [invalidValue(`metadata.finalizers[${index}]`, finalizer, why)];
  });
}

const fixedFields = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** Checks what an update makes of an object's metadata. */
export function validateMetadataUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
): readonly FieldFault[] {
  const metadata = at(object, "metadata");
  const before = at(stored, "metadata");
  const faults: FieldFault[] = [];
  if (before["deletionTimestamp"] !== undefined) {
    const held = texts(before, "finalizers");
    const added = texts(metadata, "finalizers").filter((finalizer) => !held.includes(finalizer));
    if (added.length > 0) {
      faults.push(
        forbidden(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
        ),
      );
    }
  }
  for (const field of fixedFields) {
    if (!jsonEqual(metadata[field], before[field])) {
      faults.push(invalidValue(`metadata.${field}`, metadata[field] ?? null, immutable));
    }
  }
  if (jsonEqual(withoutFixed(metadata), withoutFixed(before))) return faults;
  faults.push(...validateCommon(metadata));
  if (!jsonEqual(metadata["finalizers"], before["finalizers"])) {
    faults.push(...validateFinalizers(kind, metadata));
  }
  return faults;
}

function withoutFixed(metadata: Fields): Fields {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  return { labels, annotations, ownerReferences, finalizers };
}
