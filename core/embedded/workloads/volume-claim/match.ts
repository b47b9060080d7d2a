import {
  amountOf,
  amountsOf,
  type PersistentVolume,
  type PersistentVolumeClaim,
  selects,
} from "@catalyst/ports/kubernetes";

/** Whether a volume is kept for a claim: by its uid, or by its name before there was one. */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec.claimRef;
  return (
    reference !== undefined &&
    reference.name === claim.metadata.name &&
    reference.namespace === claim.metadata.namespace &&
    (!reference.uid || reference.uid === claim.metadata.uid)
  );
}

/** Why a volume can't be the one a claim names; undefined when it can. Source: upstream's checkVolumeSatisfyClaim. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (sizeOf(volume) < sizeAsked(claim)) return "requested PV is too small";
  if ((volume.spec.storageClassName ?? "") !== (claim.spec?.storageClassName ?? ""))
    return "storageClassName does not match";
  if (modeOf(volume) !== modeOf(claim)) return "incompatible volumeMode";
  return hasModes(volume, claim) ? undefined : "incompatible accessMode";
}

/** The volume a claim is to have: one that is kept for it, else the smallest free one that suits it. */
export function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const suits = volumes.filter(
    (volume) => volume.metadata.deletionTimestamp === undefined && mismatch(volume, claim) === undefined,
  );
  const reserved = suits.find((volume) => isReservedFor(volume, claim));
  if (reserved !== undefined) return reserved;
  const { selector } = claim.spec ?? {};
  return suits
    .filter((volume) => volume.spec.claimRef === undefined && volume.status?.phase === "Available")
    .filter((volume) => selector === undefined || selects(selector, volume.metadata.labels))
    .sort((a, b) => Number(sizeOf(a) - sizeOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

export function sizeOf({ spec }: PersistentVolume): bigint {
  return amountOf(amountsOf(spec.capacity), "storage");
}

export function sizeAsked({ spec }: PersistentVolumeClaim): bigint {
  return amountOf(amountsOf(spec?.resources?.requests), "storage");
}

function modeOf({ spec }: PersistentVolume | PersistentVolumeClaim): string {
  return (spec?.volumeMode as string | undefined) ?? "Filesystem";
}

function hasModes(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const offered = volume.spec.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode));
}
