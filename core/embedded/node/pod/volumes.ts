import { CatalystError } from "@catalyst/base/errors";
import type { VolumeFile, VolumeSource } from "@catalyst/ports/containers";
import {
  type ClusterClient,
  type KeyToPath,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  serviceAccounts,
  type Volume,
  type VolumeProjection,
} from "@catalyst/ports/kubernetes";
import { podField, resourceField } from "./fields.ts";
import type { References } from "./references.ts";

const ordinaryMode = 0o644;

/** What reading a Pod's volumes needs. */
export interface VolumeScope {
  readonly client: ClusterClient;
  readonly pod: Pod;
  readonly references: References;
  readonly address: string;
}

/** Finds what each of a Pod's volumes shows. Throws `pod-reference-missing` or `pod-volume-unsupported`. */
export async function volumesOf(scope: VolumeScope): Promise<ReadonlyMap<string, VolumeSource>> {
  const sources = new Map<string, VolumeSource>();
  for (const volume of scope.pod.spec.volumes ?? []) sources.set(volume.name, await sourceOf(scope, volume));
  return sources;
}

async function sourceOf(scope: VolumeScope, volume: Volume): Promise<VolumeSource> {
  if (volume.emptyDir !== undefined) return { type: "empty", inMemory: volume.emptyDir.medium === "Memory" };
  if (volume.hostPath !== undefined) return { type: "folder", path: volume.hostPath.path, readOnly: false };
  if (volume.persistentVolumeClaim !== undefined) return claimed(scope, volume.persistentVolumeClaim);
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined)
    return files(await projectedFiles(scope, { configMap }, configMap.defaultMode));
  if (secret !== undefined) {
    const { secretName, defaultMode, ...rest } = secret;
    const source = { secret: { ...rest, ...(secretName === undefined ? {} : { name: secretName }) } };
    return files(await projectedFiles(scope, source, defaultMode));
  }
  if (downwardAPI !== undefined)
    return files(await projectedFiles(scope, { downwardAPI }, downwardAPI.defaultMode));
  if (projected !== undefined) {
    const all: VolumeFile[] = [];
    for (const source of projected.sources ?? [])
      all.push(...(await projectedFiles(scope, source, projected.defaultMode)));
    return files(all);
  }
  throw new CatalystError(
    "pod-volume-unsupported",
    `volume "${volume.name}" is of a kind this node can't mount`,
  );
}

function files(all: readonly VolumeFile[]): VolumeSource {
  return { type: "files", files: all };
}

async function projectedFiles(
  scope: VolumeScope,
  source: VolumeProjection,
  defaultMode = ordinaryMode,
): Promise<readonly VolumeFile[]> {
  const { references, client, pod, address } = scope;
  for (const [kind, reference] of [
    ["secret", source.secret],
    ["configmap", source.configMap],
  ] as const) {
    if (reference === undefined) continue;
    const keys = await references.keys(kind, reference.name ?? "", reference.optional);
    return keys === undefined ? [] : picked(keys, reference.items, defaultMode);
  }
  if (source.downwardAPI !== undefined) {
    return (source.downwardAPI.items ?? []).map((item) => {
      const value = downwardValue(pod, item, address);
      return { path: item.path, content: new TextEncoder().encode(value), mode: item.mode ?? defaultMode };
    });
  }
  const token = source.serviceAccountToken;
  if (token === undefined) return [];
  const account = { namespace: pod.metadata.namespace, name: pod.spec.serviceAccountName ?? "default" };
  const answer = (await client.createSubresource(serviceAccounts, account, "token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      ...(token.audience === undefined ? {} : { audiences: [token.audience] }),
      expirationSeconds: token.expirationSeconds ?? 3600,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name: pod.metadata.name, uid: pod.metadata.uid },
    },
  })) as { readonly status?: { readonly token?: string } };
  const content = new TextEncoder().encode(answer.status?.token ?? "");
  return [{ path: token.path, content, mode: defaultMode }];
}

function downwardValue(
  pod: Pod,
  item: NonNullable<NonNullable<VolumeProjection["downwardAPI"]>["items"]>[number],
  address: string,
): string {
  if (item.fieldRef !== undefined) return podField(pod, item.fieldRef.fieldPath, address) ?? "";
  const field = item.resourceFieldRef;
  const container = pod.spec.containers.find((candidate) => candidate.name === field?.containerName);
  return field === undefined || container === undefined
    ? ""
    : resourceField(container, field.resource, field.divisor);
}

/** All keys, or those asked for under the paths asked for. */
function picked(
  keys: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  mode: number,
): readonly VolumeFile[] {
  if (items === undefined) return [...keys].map(([path, content]) => ({ path, content, mode }));
  return items.map((item) => {
    const content = keys.get(item.key);
    if (content === undefined)
      throw new CatalystError("pod-reference-missing", `references non-existent key: ${item.key}`);
    return { path: item.path, content, mode: item.mode ?? mode };
  });
}

async function claimed(
  { client, pod }: VolumeScope,
  reference: NonNullable<Volume["persistentVolumeClaim"]>,
): Promise<VolumeSource> {
  const key = { namespace: pod.metadata.namespace, name: reference.claimName };
  const claim = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, key);
  if (claim === undefined)
    throw new CatalystError("pod-reference-missing", `persistentvolumeclaim "${key.name}" not found`);
  const name = claim.spec?.volumeName;
  const volume =
    name === undefined || claim.status?.phase !== "Bound"
      ? undefined
      : await client.find<PersistentVolume>(persistentVolumes, { name });
  const path = volume?.spec.hostPath?.path;
  if (path === undefined)
    throw new CatalystError("pod-reference-missing", `persistentvolumeclaim "${key.name}" isn't bound yet`);
  return { type: "folder", path, readOnly: reference.readOnly === true };
}
