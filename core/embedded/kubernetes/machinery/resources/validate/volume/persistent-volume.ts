import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { dnsLabel, dnsSubdomain } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields } from "../../fields.ts";
import { nanos } from "../pod/resources.ts";
import { checkNodeSelector } from "../pod/scheduling.ts";
import { checkAffinityKept } from "./affinity-kept.ts";
import { checkAccessModes } from "./claim.ts";
import { checkNoBacksteps } from "./paths.ts";
import {
  checkCsiDriver,
  checkIscsi,
  checkOneSource,
  checkStorageOs,
  initiatorTooLong,
  isInitiatorTooLong,
  needsSecretName,
  type Sources,
  sharedSources,
} from "./sources.ts";

const mountOptions = "volume.beta.kubernetes.io/mount-options";

/** Everything wrong with a PersistentVolume. Source: Kubernetes' `pkg/apis/core/validation`. */
export function validateVolume(volume: Fields): readonly FieldFault[] {
  return faultsAt("", volume, (place) => {
    const spec = place.at("spec");
    if (spec.at("accessModes").size === 0) spec.at("accessModes").required();
    checkAccessModes(spec.at("accessModes"));
    checkCapacity(spec.at("capacity"));
    const policy = spec.at("persistentVolumeReclaimPolicy");
    if (policy.text !== "") policy.isOneOf(["Delete", "Recycle", "Retain"]);
    checkAffinity(spec.at("nodeAffinity"));
    checkSource(spec, place.at("metadata", "name").text);
    if (spec.at("storageClassName").text !== "") spec.at("storageClassName").follows(dnsSubdomain);
    if (spec.at("volumeMode").isSet) spec.at("volumeMode").isOneOf(["Block", "Filesystem"]);
    checkAttributes(spec);
    checkMountOptions(place);
  });
}

const unit = 1_000_000_000n;

function checkCapacity(capacity: Place): void {
  if (capacity.size === 0) capacity.required();
  if (!capacity.entry("storage").isSet || capacity.size > 1) {
    capacity.unsupported(["storage"], capacity.value ?? null);
  }
  for (const [, amount] of capacity.entries()) {
    const size = nanos(amount.value);
    if (size < 0n) {
      // Upstream shows the amount as a whole number, rounded away from zero.
      const whole = (size - unit + 1n) / unit;
      amount.invalid("must be a valid resource quantity", Number(whole));
    }
    if (size <= 0n) amount.invalid("must be greater than zero");
  }
}

function checkAffinity(affinity: Place): void {
  if (!affinity.isSet) return;
  const required = affinity.at("required");
  if (required.isSet) checkNodeSelector(required);
  else required.required("must specify required node constraints");
}

function checkSource(spec: Place, name: string): void {
  checkOneSource(spec, sources, { gcePersistentDisk: "persistentDisk" });
  const iscsi = spec.at("iscsi");
  if (iscsi.isSet && isInitiatorTooLong(name, iscsi)) {
    iscsi.called("targetportal", iscsi.at("targetPortal").value).invalid(initiatorTooLong);
  }
  if (spec.at("local").isSet && !spec.at("nodeAffinity").isSet) {
    spec.at("nodeAffinity").required("Local volume requires node affinity");
  }
  const path = spec.at("hostPath", "path").text;
  const policy = spec.at("persistentVolumeReclaimPolicy");
  if (/^\/+$/.test(path) && policy.text === "Recycle") {
    policy.forbidden("may not be 'recycle' for a hostPath mount of '/'");
  }
}

function checkLocal(source: Place): void {
  if (source.at("path").text === "") source.at("path").required();
  else checkNoBacksteps(source.at("path"));
}

/** A reference to a Secret names its namespace too. */
function needsWholeReference(source: Place): void {
  needsSecretName(source);
  if (source.at("secretRef").isSet) source.at("secretRef", "namespace").isNeeded();
}

const csiSecrets = [
  "controllerPublishSecretRef",
  "controllerExpandSecretRef",
  "nodePublishSecretRef",
  "nodeExpandSecretRef",
];

function checkCsi(source: Place): void {
  checkCsiDriver(source.at("driver"));
  source.at("volumeHandle").isNeeded();
  for (const key of csiSecrets) {
    const reference = source.at(key);
    if (!reference.isSet) continue;
    reference.at("name").needs(dnsSubdomain);
    reference.at("namespace").needs(dnsLabel);
  }
}

function checkGluster(source: Place): void {
  sharedSources.glusterfs(source);
  const namespace = source.at("endpointsNamespace");
  if (!namespace.isSet) return;
  if (namespace.text !== "") namespace.follows(dnsLabel);
  else namespace.invalid("if the endpointnamespace is set, it must be a valid namespace name");
}

const { hostPath, gcePersistentDisk, awsElasticBlockStore, flocker, nfs, rbd, quobyte, cephfs, fc } =
  sharedSources;
const { flexVolume, azureFile, vsphereVolume, photonPersistentDisk, portworxVolume, azureDisk, scaleIO } =
  sharedSources;

/** In the order in which they are looked at. */
const sources: Sources = {
  hostPath,
  gcePersistentDisk,
  awsElasticBlockStore,
  glusterfs: checkGluster,
  flocker,
  nfs,
  rbd,
  quobyte,
  cephfs,
  iscsi: (source) => {
    checkIscsi(source, "must be valid format");
    needsSecretName(source);
  },
  cinder: (source) => {
    source.at("volumeID").isNeeded();
    needsWholeReference(source);
  },
  fc,
  flexVolume,
  azureFile: (source) => {
    azureFile(source);
    const namespace = source.at("secretNamespace");
    if (namespace.isSet) namespace.isNeeded();
  },
  vsphereVolume,
  photonPersistentDisk,
  portworxVolume,
  azureDisk,
  scaleIO,
  local: checkLocal,
  storageos: (source) => {
    checkStorageOs(source);
    needsWholeReference(source);
  },
  csi: checkCsi,
};

function checkAttributes(spec: Place): void {
  const attributes = spec.at("volumeAttributesClassName");
  if (!attributes.isSet) return;
  if (attributes.text === "") attributes.required("an empty string is disallowed");
  else attributes.follows(dnsSubdomain);
  if (!spec.at("csi").isSet) {
    spec.at("csi").required("has to be specified when using volumeAttributesClassName");
  }
}

const mountable = [
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "nfs",
  "rbd",
  "quobyte",
  "iscsi",
  "cinder",
  "cephfs",
  "azureFile",
  "vsphereVolume",
  "azureDisk",
  "photonPersistentDisk",
];

function checkMountOptions(volume: Place): void {
  if (mountable.some((source) => volume.at("spec", source).isSet)) return;
  const annotation = volume.at("metadata", "annotations").at(mountOptions);
  if (annotation.isSet) annotation.forbidden("may not specify mount options for this volume type");
}

/** What an update of a PersistentVolume may not change. */
export function validateVolumeUpdate(volume: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("", volume, (place) => {
    const spec = place.at("spec");
    if (!jsonEqual(sourceOf(spec.fields, before), sourceOf(before, before))) {
      spec
        .called("persistentvolumesource", undefined)
        .forbidden("spec.persistentvolumesource is immutable after creation");
    }
    const mode = place.called("volumeMode", spec.at("volumeMode").value);
    mode.isUnchanged(mode.value === before["volumeMode"]);
    if (before["nodeAffinity"] !== undefined) checkAffinityKept(place, at(before, "nodeAffinity"));
    const attributes = spec.at("volumeAttributesClassName");
    if (before["volumeAttributesClassName"] !== undefined && !attributes.isSet) {
      attributes.forbidden("update from non-nil value to nil is forbidden");
    }
  });
}

/** The source of a volume; a Secret for its growth may be named later. */
function sourceOf(spec: Readonly<Fields>, before: Fields): Fields {
  const source = Object.fromEntries(Object.entries(spec).filter(([key]) => sources[key] !== undefined));
  if (source["csi"] === undefined || at(before, "csi")["controllerExpandSecretRef"] !== undefined)
    return source;
  const { controllerExpandSecretRef: _secret, ...csi } = source["csi"] as Fields;
  return { ...source, csi };
}
