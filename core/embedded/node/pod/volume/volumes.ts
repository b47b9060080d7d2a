import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { VolumeSource } from "@catalyst/ports/containers";
import type { Volume } from "@catalyst/ports/kubernetes";
import { amountOf } from "../quantity.ts";
import type { References } from "../references.ts";
import type { PodWork } from "../work.ts";
import { claimFolder } from "./claim.ts";
import { ephemeralClaim } from "./ephemeral.ts";
import { hostFolder } from "./host-path.ts";
import { projectedFiles, projectionOf } from "./projected.ts";

/** What reading a Pod's volumes needs. */
export interface VolumeScope {
  readonly work: PodWork;
  readonly references: References;
  readonly address: string;
}

/**
 * Finds what each of a Pod's volumes shows. Throws `pod-reference-missing` for what may come yet, and
 * `pod-volume-unsupported`; both name the volume as the kubelet does.
 */
export async function volumesOf(scope: VolumeScope): Promise<ReadonlyMap<string, VolumeSource>> {
  const sources = new Map<string, VolumeSource>();
  for (const volume of scope.work.pod.spec.volumes ?? []) {
    try {
      sources.set(volume.name, await sourceOf(scope, volume));
    } catch (error) {
      if (!isCatalystError(error)) throw error;
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${errorMessage(error)}`;
      throw new CatalystError(error.code, message, { cause: error });
    }
  }
  return sources;
}

async function sourceOf(scope: VolumeScope, volume: Volume): Promise<VolumeSource> {
  const { work } = scope;
  const { emptyDir, hostPath, image, persistentVolumeClaim: claim, ephemeral } = volume;
  if (emptyDir !== undefined) return emptySource(emptyDir);
  if (hostPath !== undefined) return hostFolder(work, hostPath);
  if (claim !== undefined) return claimFolder(work, claim.claimName, claim.readOnly === true);
  if (ephemeral !== undefined) return claimFolder(work, await ephemeralClaim(work, volume), false);
  if (image?.reference !== undefined) return { type: "image", image: image.reference };
  const projection = projectionOf(volume);
  if (projection !== undefined) return { type: "files", files: await projectedFiles(scope, projection) };
  throw new CatalystError("pod-volume-unsupported", "it is of a kind this node can't mount");
}

function emptySource({ medium, sizeLimit }: NonNullable<Volume["emptyDir"]>): VolumeSource {
  const limit = sizeLimit === undefined ? undefined : amountOf(sizeLimit);
  return { type: "empty", inMemory: medium === "Memory", ...(limit === undefined ? {} : { limit }) };
}
