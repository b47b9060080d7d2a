import { type Pod, serviceAccounts, type VolumeProjection } from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/** Times in milliseconds since the epoch. */
export interface ServiceAccountToken {
  readonly token: string;
  readonly renewAt: number;
}

/** Of a token's life, when a new one is asked for; one that lasts longer than a day is renewed daily. */
const renewalShare = 0.8;
const longestUse = 24 * 3_600_000;

/** A token for a volume: the one it shows, until most of its life is over. */
export async function volumeToken(
  { client, pod, memory, context }: PodWork,
  source: NonNullable<VolumeProjection["serviceAccountToken"]>,
): Promise<string> {
  const { audience, expirationSeconds = 3600 } = source;
  const key = JSON.stringify([audience, expirationSeconds]);
  const now = context.clock.now();
  const known = memory.tokens.get(key);
  if (known !== undefined && known.renewAt > now) return known.token;
  const account = { namespace: pod.metadata.namespace, name: pod.spec.serviceAccountName ?? "default" };
  const answer = (await client.createSubresource(serviceAccounts, account, "token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      ...(audience === undefined ? {} : { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: boundTo(pod),
    },
  })) as { readonly status?: { readonly token?: string; readonly expirationTimestamp?: string } };
  const { token = "", expirationTimestamp } = answer.status ?? {};
  const until =
    expirationTimestamp === undefined ? now + expirationSeconds * 1000 : Date.parse(expirationTimestamp);
  memory.tokens.set(key, { token, renewAt: now + Math.min((until - now) * renewalShare, longestUse) });
  return token;
}

function boundTo({ metadata: { name, uid } }: Pod) {
  return { kind: "Pod", apiVersion: "v1", name, uid };
}
