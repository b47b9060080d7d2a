import {
  amountOf,
  amountsOf,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from "@catalyst/ports/kubernetes";
import { selectedNodeAnnotation } from "../scheduler/volumes.ts";
import { bestMatch, isReservedFor, mismatch, sizeAsked, sizeOf } from "./match.ts";
import { localPathProvisioner } from "./storage-class.ts";

export const boundByController = "pv.kubernetes.io/bound-by-controller";
export const bindCompleted = "pv.kubernetes.io/bind-completed";
export const provisionedBy = "pv.kubernetes.io/provisioned-by";

export interface ClaimFacts {
  readonly claim: PersistentVolumeClaim;
  /** The class it names. */
  readonly storageClass: StorageClass | undefined;
  readonly volumes: readonly PersistentVolume[];
}

interface Note {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export type ClaimAction =
  | { readonly type: "none" }
  /** Nothing to be done until something changes; said to whoever asks. */
  | { readonly type: "wait"; readonly note?: Note | undefined }
  | { readonly type: "bind"; readonly volume: PersistentVolume }
  | { readonly type: "provision"; readonly storageClass: StorageClass }
  | { readonly type: "expand"; readonly volume: PersistentVolume }
  /** Its volume is gone, and what was on it. */
  | { readonly type: "lose"; readonly note: Note };

/** Tells what a claim needs. The rules and texts are upstream's (persistent volume binder). */
export function decideClaim(facts: ClaimFacts): ClaimAction {
  const { claim, volumes } = facts;
  if (claim.metadata.deletionTimestamp !== undefined) return { type: "none" };
  const isBound = claim.metadata.annotations?.[bindCompleted] !== undefined;
  const named = volumes.find((volume) => volume.metadata.name === claim.spec?.volumeName);
  if (isBound || claim.status?.phase === "Bound") return keep(facts, named);
  return claim.spec?.volumeName ? bindNamed(claim, named) : choose(facts);
}

function keep({ claim, storageClass }: ClaimFacts, volume: PersistentVolume | undefined): ClaimAction {
  if (!claim.spec?.volumeName) return lose("Bound claim has lost reference to PersistentVolume");
  if (volume === undefined) return lose("Bound claim has lost its PersistentVolume");
  if (!isReservedFor(volume, claim)) {
    if (volume.spec.claimRef !== undefined)
      return lose("Two claims are bound to the same volume, this one is bound incorrectly", "ClaimMisbound");
    return { type: "bind", volume };
  }
  if (claim.status?.phase !== "Bound") return { type: "bind", volume };
  const granted = amountOf(amountsOf(claim.status.capacity), "storage");
  const isOurs = volume.metadata.annotations?.[provisionedBy] === localPathProvisioner;
  const grows = sizeAsked(claim) > granted && isOurs && storageClass?.allowVolumeExpansion === true;
  if (grows || sizeOf(volume) > granted) return { type: "expand", volume };
  return { type: "none" };
}

function lose(what: string, reason = "ClaimLost"): ClaimAction {
  const message = `${what}${reason === "ClaimLost" ? ". Data on the volume is lost!" : ""}`;
  return { type: "lose", note: { type: "Warning", reason, message } };
}

function bindNamed(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): ClaimAction {
  if (volume === undefined) return { type: "wait" };
  if (isReservedFor(volume, claim)) return { type: "bind", volume };
  const { name } = volume.metadata;
  const fault = mismatch(volume, claim);
  if (fault !== undefined) {
    const message = `Cannot bind to requested volume "${name}": ${fault}`;
    return { type: "wait", note: { type: "Warning", reason: "VolumeMismatch", message } };
  }
  if (volume.spec.claimRef === undefined) return { type: "bind", volume };
  const message = `volume "${name}" already bound to a different claim.`;
  return { type: "wait", note: { type: "Warning", reason: "FailedBinding", message } };
}

function choose({ claim, storageClass, volumes }: ClaimFacts): ClaimAction {
  const volume = bestMatch(claim, volumes);
  const waits = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  const isPlaced = claim.metadata.annotations?.[selectedNodeAnnotation] !== undefined;
  const isReserved = volume !== undefined && isReservedFor(volume, claim);
  if (waits && !isPlaced && !isReserved) return normal("WaitForFirstConsumer", waitForConsumer);
  if (volume !== undefined) return { type: "bind", volume };
  const name = claim.spec?.storageClassName ?? "";
  if (name === "") return normal("FailedBinding", noVolume);
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${name}" not found`;
    return { type: "wait", note: { type: "Warning", reason: "ProvisioningFailed", message } };
  }
  const { provisioner } = storageClass;
  if (provisioner === localPathProvisioner) return { type: "provision", storageClass };
  if (provisioner === "kubernetes.io/no-provisioner") return normal("FailedBinding", noVolume);
  return normal("ExternalProvisioning", externalWait(provisioner));
}

function normal(reason: string, message: string): ClaimAction {
  return { type: "wait", note: { type: "Normal", reason, message } };
}

const waitForConsumer = "waiting for first consumer to be created before binding";
const noVolume = "no persistent volumes available for this claim and no storage class is set";

function externalWait(provisioner: string): string {
  return `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
}

export type VolumeAction =
  | { readonly type: "none" }
  | { readonly type: "phase"; readonly phase: "Available" | "Bound" | "Released" }
  | { readonly type: "delete" };

/** Tells what a volume needs; `claim` is the one it is kept for. */
export function decideVolume(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim | undefined,
): VolumeAction {
  const reference = volume.spec.claimRef;
  if (reference === undefined || !reference.uid) return phase(volume, "Available");
  const isThere = claim !== undefined && claim.metadata.uid === reference.uid;
  if (isThere) {
    const isMutual = claim.spec?.volumeName === volume.metadata.name;
    return isMutual ? phase(volume, "Bound") : { type: "none" };
  }
  if (volume.status?.phase !== "Released") return phase(volume, "Released");
  const isOurs = volume.metadata.annotations?.[provisionedBy] === localPathProvisioner;
  const isDoomed = volume.spec.persistentVolumeReclaimPolicy === "Delete" && isOurs;
  return isDoomed && volume.metadata.deletionTimestamp === undefined ? { type: "delete" } : { type: "none" };
}

function phase(volume: PersistentVolume, wanted: "Available" | "Bound" | "Released"): VolumeAction {
  return volume.status?.phase === wanted ? { type: "none" } : { type: "phase", phase: wanted };
}
