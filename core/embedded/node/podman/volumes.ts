import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { PodIdentity, SandboxPlan, VolumeFile, VolumeSource } from "@catalyst/ports/containers";

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

/** Makes a Pod's volumes exist with their present content. */
export async function writeVolumes(root: string, plan: SandboxPlan): Promise<void> {
  const group = plan.pod.spec.securityContext?.fsGroup;
  for (const [name, source] of plan.volumes) {
    const folder = volumeFolder(root, plan.identity, name, source);
    if (source.type === "folder") {
      if (!source.readOnly) await mkdir(folder, { recursive: true });
      continue;
    }
    await mkdir(folder, { recursive: true });
    // Containers run as users of their own: an empty folder is everyone's within the Pod.
    if (source.type === "empty") await chmod(folder, 0o777);
    else for (const file of source.files) await writeVolumeFile(folder, file, group);
    if (group !== undefined) await chown(folder, 0, group);
  }
}

async function writeVolumeFile(folder: string, file: VolumeFile, group: number | undefined): Promise<void> {
  const path = join(folder, normalize(file.path));
  if (!path.startsWith(`${folder}/`))
    throw new CatalystError("pod-volume-unsupported", `${file.path} leaves its volume`);
  const before = await readFile(path).catch(() => undefined);
  if (before !== undefined && Buffer.compare(before, file.content) === 0) return;
  await mkdir(dirname(path), { recursive: true });
  // Renamed into place: a reader sees the old or the new file, never half of one.
  const fresh = `${path}.new`;
  await writeFile(fresh, file.content, { mode: file.mode });
  await chmod(fresh, file.mode);
  if (group !== undefined) await chown(fresh, 0, group);
  await rename(fresh, path);
}

export async function removePodFolder(root: string, identity: PodIdentity): Promise<void> {
  await rm(podFolder(root, identity), { recursive: true, force: true });
}
