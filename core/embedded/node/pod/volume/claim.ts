import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { VolumeSource } from "@catalyst/ports/containers";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
} from "@catalyst/ports/kubernetes";
import { mayShow } from "../machine-access.ts";
import type { PodWork } from "../work.ts";

/**
 * The folder of a bound claim: one of those that this machine gives out to the cluster, or one that Pods may see
 * anyway; a PersistentVolume can name any. Throws `pod-reference-missing`, `pod-volume-unsupported`.
 */
export async function claimFolder(work: PodWork, name: string, readOnly: boolean): Promise<VolumeSource> {
  const { client, pod, options, runtime } = work;
  const key = { namespace: pod.metadata.namespace, name };
  const claim = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, key);
  if (claim === undefined)
    throw new CatalystError("pod-reference-missing", `persistentvolumeclaim "${name}" not found`);
  const volumeName = claim.spec?.volumeName;
  const volume =
    volumeName === undefined || claim.status?.phase !== "Bound"
      ? undefined
      : await client.find<PersistentVolume>(persistentVolumes, { name: volumeName });
  if (volume === undefined)
    throw new CatalystError("pod-reference-missing", `persistentvolumeclaim "${name}" isn't bound yet`);
  const path = volume.spec.hostPath?.path ?? "";
  if (runtime.capabilities.simulated) return { type: "folder", path, readOnly };
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined && ((await isGivenOut(work, real)) || mayShow(options.machineAccess, real)))
    return { type: "folder", path: real, readOnly };
  throw new CatalystError(
    "pod-volume-unsupported",
    `persistentvolume "${volume.metadata.name}" is none that this node gives out`,
  );
}

/** The folders themselves: what is in them is their Pods' to change, links included. */
async function isGivenOut({ options, identity }: PodWork, real: string): Promise<boolean> {
  const { volumesFolder } = options;
  if (volumesFolder === undefined) return false;
  const own = await realpath(join(volumesFolder, identity.cluster)).catch(() => undefined);
  return dirname(real) === own;
}
