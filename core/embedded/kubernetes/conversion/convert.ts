import { errorMessage } from "@catalyst/base/errors";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { destinationOf, endpointOf } from "../admission/webhooks/destination.ts";
import type { ClientConfig } from "../admission/webhooks/hook.ts";
import { HookFault } from "../admission/webhooks/hook-fault.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type ResourceKind, StatusError } from "../machinery/index.ts";
import type { Parts } from "../server/parts.ts";
import type { Entry } from "../storage/entry.ts";
import { ConversionFault, convertedObjects, reviewOf } from "./review.ts";

/** How long a conversion webhook is waited for; upstream's. */
const timeoutSeconds = 30;

/** Who wants objects converted. */
export interface Conversion {
  readonly parts: Pick<Parts, "hooks" | "uid" | "random">;
  readonly cluster: Cluster;
  readonly kind: ResourceKind;
}

interface WebhookConversion {
  readonly clientConfig: ClientConfig;
  readonly conversionReviewVersions: readonly string[];
}

/** Tells whether a kind's versions differ in more than their name: then its webhook converts. */
export function hasConversionWebhook({ cluster, kind }: Pick<Conversion, "cluster" | "kind">): boolean {
  return kind.custom !== undefined && webhookOf(cluster, kind) !== undefined;
}

/** Stored objects in the version of the kind. Throws StatusError 500 when they can't be converted. */
export function inVersionAsked(
  conversion: Conversion,
  objects: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  return convert(conversion, objects, conversion.kind.apiVersion);
}

/** Entries with their objects in the version of the kind. Throws StatusError 500 when one can't be converted. */
export async function entriesInVersionAsked(
  conversion: Conversion,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const objects = await inVersionAsked(
    conversion,
    entries.map(({ object }) => object),
  );
  return entries.map((entry, index) => {
    const object = objects[index]!;
    const { id, key, revision } = entry;
    return object === entry.object ? entry : { id, key, revision, object };
  });
}

/** An object of the kind as it is stored. Throws StatusError 500 when it can't be converted. */
export async function inVersionStored(conversion: Conversion, object: KubeObject): Promise<KubeObject> {
  const { cluster, kind } = conversion;
  if (!hasConversionWebhook(conversion)) return cluster.stored(kind, object);
  const [converted] = await convert(conversion, [object], cluster.kinds.storedApiVersion(kind));
  return converted!;
}

async function convert(
  conversion: Conversion,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<readonly KubeObject[]> {
  const { cluster, kind } = conversion;
  const webhook = webhookOf(cluster, kind);
  if (webhook === undefined) return objects.map((object) => cluster.view(kind, object));
  const foreign = objects.filter((object) => object.apiVersion !== apiVersion);
  if (foreign.length === 0) return objects;
  const converted = await ask(conversion, webhook, foreign, apiVersion);
  let next = 0;
  return objects.map((object) => (object.apiVersion === apiVersion ? object : converted[next++]!));
}

function webhookOf(cluster: Cluster, kind: ResourceKind): WebhookConversion | undefined {
  const definition = cluster.kinds.custom(`${kind.plural}.${kind.group}`)?.definition;
  const { conversion } = (definition?.spec ?? {}) as {
    readonly conversion?: { readonly strategy: string; readonly webhook?: WebhookConversion };
  };
  return conversion?.strategy === "Webhook" ? conversion.webhook : undefined;
}

async function ask(
  { parts, cluster, kind }: Conversion,
  webhook: WebhookConversion,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<readonly KubeObject[]> {
  const { clientConfig } = webhook;
  const { service, caBundle } = clientConfig;
  const { origin, path } = destinationOf(clientConfig);
  const ca = caBundle ? Buffer.from(caBundle, "base64").toString("utf8") : undefined;
  const endpoint = () => (service === undefined ? undefined : endpointOf(cluster, service, parts.random));
  const uid = parts.uid();
  try {
    const review = reviewOf(webhook.conversionReviewVersions, uid, objects, apiVersion);
    const call = { origin, path, endpoint, ca, timeoutSeconds, signal: undefined };
    const answer = await parts.hooks.post(call, review);
    return convertedObjects(review, answer, objects, apiVersion);
  } catch (error) {
    if (!(error instanceof HookFault) && !(error instanceof ConversionFault)) throw error;
    const version = objects[0]!.apiVersion;
    const why = errorMessage(error).replace(/^failed to call webhook: /, "");
    throw new StatusError(
      500,
      "",
      `conversion webhook for ${version}, Kind=${kind.kind} ${said(why, error)}`,
    );
  }
}

function said(why: string, error: unknown): string {
  return error instanceof ConversionFault && error.isComplete ? why : `failed: ${why}`;
}
