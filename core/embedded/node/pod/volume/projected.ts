import { CatalystError } from "@catalyst/base/errors";
import type { VolumeFile } from "@catalyst/ports/containers";
import type { DownwardFile, KeyToPath, Volume, VolumeProjection } from "@catalyst/ports/kubernetes";
import { podField, resourceField } from "../fields.ts";
import { volumeToken } from "./token.ts";
import type { VolumeScope } from "./volumes.ts";

const ordinaryMode = 0o644;
/** Of a token, when it is some user's or group's alone. */
const tokenMode = 0o600;

/** What a volume's files are made of, and their mode unless they have one of their own. */
export interface Projection {
  readonly sources: readonly VolumeProjection[];
  readonly defaultMode?: number | undefined;
}

/** The projection that a volume is, whichever of the kinds made of files it is. */
export function projectionOf(volume: Volume): Projection | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return { sources: [{ configMap }], defaultMode: configMap.defaultMode };
  if (downwardAPI !== undefined) return { sources: [{ downwardAPI }], defaultMode: downwardAPI.defaultMode };
  if (projected !== undefined)
    return { sources: projected.sources ?? [], defaultMode: projected.defaultMode };
  if (secret === undefined) return undefined;
  const { secretName: name = "", defaultMode, ...rest } = secret;
  return { sources: [{ secret: { ...rest, name } }], defaultMode };
}

/** The files of a projection, in the order of its sources. Throws `pod-reference-missing`. */
export async function projectedFiles(
  scope: VolumeScope,
  { sources, defaultMode = ordinaryMode }: Projection,
): Promise<readonly VolumeFile[]> {
  const all: VolumeFile[] = [];
  for (const source of sources) all.push(...(await filesOf(scope, source, defaultMode)));
  return all;
}

async function filesOf(
  scope: VolumeScope,
  source: VolumeProjection,
  mode: number,
): Promise<readonly VolumeFile[]> {
  const { references, work } = scope;
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  const [kind, reference] =
    secret === undefined ? (["configmap", configMap] as const) : (["secret", secret] as const);
  if (reference !== undefined) {
    const keys = await references.keys(kind, reference.name ?? "", reference.optional);
    return keys === undefined ? [] : picked(keys, reference, mode);
  }
  if (downwardAPI !== undefined) {
    return (downwardAPI.items ?? []).map((item) => {
      const content = new TextEncoder().encode(downwardValue(scope, item));
      return { path: item.path, content, mode: item.mode ?? mode };
    });
  }
  if (token === undefined)
    throw new CatalystError("pod-volume-unsupported", "a source is of a kind this node can't project");
  const content = new TextEncoder().encode(await volumeToken(work, token));
  return [{ path: token.path, content, mode: isPersonal(scope) ? tokenMode : mode }];
}

/** With a user or group that the Pod's containers share, a token is theirs and not everyone's. */
function isPersonal({ work: { pod } }: VolumeScope): boolean {
  const { fsGroup, runAsUser } = pod.spec.securityContext ?? {};
  return fsGroup !== undefined || runAsUser !== undefined;
}

function downwardValue({ work: { pod }, address }: VolumeScope, item: DownwardFile): string {
  if (item.fieldRef !== undefined) return podField(pod, item.fieldRef.fieldPath, address) ?? "";
  const field = item.resourceFieldRef;
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
    (candidate) => candidate.name === field?.containerName,
  );
  return field === undefined || container === undefined
    ? ""
    : resourceField(container, field.resource, field.divisor);
}

/** All keys, or those asked for under the paths asked for. */
function picked(
  keys: ReadonlyMap<string, Uint8Array>,
  { items, optional }: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number,
): readonly VolumeFile[] {
  if (items === undefined) return [...keys].map(([path, content]) => ({ path, content, mode }));
  return items.flatMap((item) => {
    const content = keys.get(item.key);
    if (content !== undefined) return { path: item.path, content, mode: item.mode ?? mode };
    if (optional === true) return [];
    throw new CatalystError("pod-reference-missing", `references non-existent config key: ${item.key}`);
  });
}
