import { at, each, type Fields, text, texts } from "../resources/fields.ts";
import { type Cells, created, isDefault, name, unset } from "./cell.ts";

const modeNames: readonly (readonly [string, string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];

function accessModes(modes: readonly string[]): string {
  return modeNames
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(",");
}

function phaseOf(object: Fields): string {
  const ending = at(object, "metadata")["deletionTimestamp"] !== undefined;
  return ending ? "Terminating" : text(at(object, "status"), "phase");
}

function storageClassOf(object: Fields): string {
  const annotation = at(object, "metadata", "annotations")["volume.beta.kubernetes.io/storage-class"];
  return typeof annotation === "string" ? annotation : text(at(object, "spec"), "storageClassName");
}

function persistentVolume(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const claim = at(spec, "claimRef");
  return [
    name(object),
    text(at(spec, "capacity"), "storage") || "0",
    accessModes(texts(spec, "accessModes")),
    text(spec, "persistentVolumeReclaimPolicy"),
    phaseOf(object),
    spec["claimRef"] === undefined ? "" : `${text(claim, "namespace")}/${text(claim, "name")}`,
    storageClassOf(object),
    unset(spec["volumeAttributesClassName"]),
    text(at(object, "status"), "reason"),
    created(object, now),
    unset(spec["volumeMode"]),
  ];
}

function persistentVolumeClaim(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  const volume = text(spec, "volumeName");
  return [
    name(object),
    phaseOf(object),
    volume,
    volume === "" ? "" : text(at(status, "capacity"), "storage") || "0",
    volume === "" ? "" : accessModes(texts(status, "accessModes")),
    storageClassOf(object),
    unset(spec["volumeAttributesClassName"]),
    created(object, now),
    unset(spec["volumeMode"]),
  ];
}

function storageClass(object: Fields, now: number): readonly unknown[] {
  const marked = isDefault(
    object,
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
  );
  return [
    `${name(object)}${marked ? " (default)" : ""}`,
    text(object, "provisioner"),
    text(object, "reclaimPolicy") || "Delete",
    text(object, "volumeBindingMode") || "Immediate",
    object["allowVolumeExpansion"] === true,
    created(object, now),
  ];
}

function csiDriver(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const modes = texts(spec, "volumeLifecycleModes").join(",");
  const tokens = each(spec, "tokenRequests").map((request) => text(request, "audience"));
  return [
    name(object),
    spec["attachRequired"] !== false,
    spec["podInfoOnMount"] === true,
    spec["storageCapacity"] === true,
    tokens.length === 0 ? "<unset>" : tokens.join(","),
    spec["requiresRepublish"] === true,
    modes === "" ? "<none>" : modes,
    created(object, now),
  ];
}

/** Kinds of storage. */
export const storageCells: Readonly<Record<string, Cells>> = {
  PersistentVolume: persistentVolume,
  PersistentVolumeClaim: persistentVolumeClaim,
  StorageClass: storageClass,
  VolumeAttributesClass: (object, now) => [name(object), text(object, "driverName"), created(object, now)],
  CSIDriver: csiDriver,
  CSINode: (object, now) => [name(object), each(at(object, "spec"), "drivers").length, created(object, now)],
  VolumeAttachment: (object, now) => [
    name(object),
    text(at(object, "spec"), "attacher"),
    text(at(object, "spec", "source"), "persistentVolumeName"),
    text(at(object, "spec"), "nodeName"),
    at(object, "status")["attached"] === true,
    created(object, now),
  ],
};
