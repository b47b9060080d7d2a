import { join } from "node:path";
import type { ContainerPlan, PodIdentity, VolumeSource } from "@catalyst/ports/containers";
import type { VolumeMount } from "@catalyst/ports/kubernetes";
import type { PodmanImages } from "./images.ts";
import { mountSubPath } from "./sub-path.ts";
import { hostsFilePath, makeMessageFile, messageFile, subPathFolder, volumeFolder } from "./volumes.ts";

/** What a container sees of the machine, in podman's words. */
export interface ContainerMounts {
  readonly mounts: readonly BindMount[];
  readonly imageVolumes: readonly ImageVolume[];
}

interface BindMount {
  readonly type: "bind";
  readonly source: string;
  readonly destination: string;
  readonly options: readonly string[];
}

/** Podman's names begin with a capital here. */
interface ImageVolume {
  readonly Source: string;
  readonly Destination: string;
  readonly ReadWrite: boolean;
}

export interface MountScope {
  readonly podsFolder: string;
  readonly identity: PodIdentity;
  readonly plan: ContainerPlan;
  readonly volumes: ReadonlyMap<string, VolumeSource>;
  readonly images: PodmanImages;
}

/** Makes everything ready that a container mounts, and tells where. Throws `pod-volume-unsupported`. */
export async function prepareMounts(scope: MountScope): Promise<ContainerMounts> {
  const { volumes, plan, images } = scope;
  const mounts: BindMount[] = [];
  const imageVolumes: ImageVolume[] = [];
  for (const [index, mount] of (plan.container.volumeMounts ?? []).entries()) {
    const source = volumes.get(mount.name);
    if (source === undefined) continue;
    if (source.type === "image") {
      const id = await images.ensure(source.image);
      imageVolumes.push({ Source: id, Destination: mount.mountPath, ReadWrite: false });
    } else mounts.push(await bindMount(scope, mount, source, index));
  }
  return { mounts: [...mounts, ...(await ownMounts(scope, mounts))], imageVolumes };
}

async function bindMount(
  { podsFolder, identity, plan }: MountScope,
  mount: VolumeMount,
  source: VolumeSource,
  index: number,
): Promise<BindMount> {
  const folder = volumeFolder(podsFolder, identity, mount.name, source);
  const parts = subPathFolder(podsFolder, identity, plan.container.name, plan.attempt);
  const path = mount.subPath ? await mountSubPath(folder, mount.subPath, join(parts, String(index))) : folder;
  // What the node writes is nobody else's to change.
  const isReadOnly =
    mount.readOnly === true || source.type === "files" || (source.type === "folder" && source.readOnly);
  const options = ["rbind", isReadOnly ? "ro" : "rw", "rprivate"];
  return { type: "bind", source: path, destination: mount.mountPath, options };
}

/** The hosts file, unless the container mounts one itself, and the file for its last message. */
async function ownMounts(
  { podsFolder, identity, plan }: MountScope,
  mounts: readonly BindMount[],
): Promise<readonly BindMount[]> {
  const { container, pod, attempt } = plan;
  const own: BindMount[] = [];
  const hosts = "/etc/hosts";
  const isTaken = mounts.some(({ destination }) => destination.replace(/\/$/, "") === hosts);
  if (!isTaken && pod.spec.hostNetwork !== true) own.push(bind(hostsFilePath(podsFolder, identity), hosts));
  const { terminationMessagePath: path = "/dev/termination-log" } = container;
  if (path === "") return own;
  const file = messageFile(podsFolder, identity, container.name, attempt);
  await makeMessageFile(file);
  return [...own, bind(file, path)];
}

function bind(source: string, destination: string): BindMount {
  return { type: "bind", source, destination, options: ["bind", "rw", "rprivate"] };
}
