import { chmod, chown, lstat, mkdir, opendir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PodIdentity, SandboxPlan, VolumeSource } from "@catalyst/ports/containers";
import type { Pod } from "@catalyst/ports/kubernetes";
import { hostsFile } from "./hosts-file.ts";
import { mountMemory, unmountBelow } from "./mounts.ts";
import { type FileOwner, showFiles } from "./volume-files.ts";

/** The folder of everything a Pod's volumes hold that dies with it. */
export function podFolder(root: string, identity: PodIdentity): string {
  return join(root, identity.uid);
}

/** The folder of the machine that a volume shows. */
export function volumeFolder(
  root: string,
  identity: PodIdentity,
  name: string,
  source: VolumeSource,
): string {
  return source.type === "folder" ? source.path : join(podFolder(root, identity), "volumes", name);
}

/** The file that a container may leave a last message in. */
export function messageFile(root: string, identity: PodIdentity, container: string, attempt: number): string {
  return join(podFolder(root, identity), "containers", container, `${attempt}.message`);
}

/** Where the parts of volumes are mounted that a container's mounts name (`subPath`). */
export function subPathFolder(root: string, identity: PodIdentity, container: string, attempt: number) {
  return join(podFolder(root, identity), "containers", container, `${attempt}.parts`);
}

export function hostsFilePath(root: string, identity: PodIdentity): string {
  return join(podFolder(root, identity), "etc-hosts");
}

/** Makes a Pod's volumes exist with their present content. */
export async function writeVolumes(root: string, plan: SandboxPlan): Promise<void> {
  const owner = ownerOf(plan.pod);
  await mkdir(podFolder(root, plan.identity), { recursive: true });
  for (const [name, source] of plan.volumes) {
    const folder = volumeFolder(root, plan.identity, name, source);
    if (source.type === "image") continue;
    if (source.type === "folder") {
      const { group } = owner;
      if (!source.readOnly && group !== undefined) await shareFolder(folder, group);
      continue;
    }
    await mkdir(folder, { recursive: true });
    if (source.type === "files") await showFiles(folder, source.files, owner);
    else {
      if (source.inMemory) await mountMemory(await realpath(folder), source.limit);
      // Containers run as users of their own: an empty folder is everyone's within the Pod.
      await chmod(folder, owner.group === undefined ? 0o777 : 0o2777);
    }
    if (owner.group !== undefined) await chown(folder, 0, owner.group);
  }
}

/** Whose the files are that the node writes: the Pod's group, and its user when all containers have the same. */
function ownerOf({ spec }: Pod): FileOwner {
  const { fsGroup: group, runAsUser } = spec.securityContext ?? {};
  const users = [...spec.containers, ...(spec.initContainers ?? [])].map(
    ({ securityContext }) => securityContext?.runAsUser ?? runAsUser,
  );
  const user = new Set(users).size === 1 ? users[0] : undefined;
  return { user: group === undefined ? user : undefined, group };
}

/** A claim's folder belongs to its Pod's group from the top on; what is made below inherits it. */
async function shareFolder(folder: string, group: number): Promise<void> {
  const { gid, mode } = await lstat(folder);
  if (gid === group && (mode & 0o2070) === 0o2070) return;
  await chown(folder, 0, group);
  await chmod(folder, (mode & 0o7777) | 0o2070);
}

/** Writes the hosts file, which needs the Pod's address. */
export async function writeHosts(
  root: string,
  identity: PodIdentity,
  pod: Pod,
  address: string,
): Promise<void> {
  const path = hostsFilePath(root, identity);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, hostsFile(pod, address), { mode: 0o644 });
}

/** Makes the file in which a container may leave a message; whoever it runs as. */
export async function makeMessageFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "", { mode: 0o666 });
  await chmod(path, 0o666);
}

/** The bytes in a folder, as the disk counts them. Files that go meanwhile count nothing. */
export async function folderSize(folder: string): Promise<number> {
  let size = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    const stat = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    size += (stat?.blocks ?? 0) * 512;
  }
  return size;
}

/** Removes what a Pod's volumes held. What is mounted there goes first: it is the volume of a claim, or in memory. */
export async function removePodFolder(root: string, identity: PodIdentity): Promise<void> {
  const folder = podFolder(root, identity);
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return;
  await unmountBelow(real);
  await rm(folder, { recursive: true, force: true });
}
