import { isObject } from "@catalyst/base/json";
import type { LookupKey } from "@catalyst/charts/records";
import { lookupText } from "@catalyst/charts/records";
import { type ClusterClient, type ClusterUser, mayRead, type ResourceType } from "@catalyst/ports/kubernetes";

/** Look-ups one rendering may ask for before it is given up. */
export const lookupLimit = 50;

/**
 * What a chart looks up while a plan is made, in the Environment's cluster and in no other. The plan shows what comes of
 * it, so the answer is what whom the plan is for may read there; all else is as if it weren't there, and named.
 */
export class PlanLookups {
  /** By `lookupText`; null: there is none. */
  readonly answers = new Map<string, unknown>();
  readonly unread: LookupKey[] = [];
  /** The values of Secrets that were read. */
  readonly secretTexts: string[] = [];
  readonly #client: ClusterClient;
  readonly #reader: ClusterUser | undefined;

  constructor(client: ClusterClient, reader: ClusterUser | undefined) {
    this.#client = client;
    this.#reader = reader;
  }

  /** Fetches what is asked for. Throws KubernetesError. */
  async fetch(key: LookupKey): Promise<void> {
    const type = await this.#client.resourceType(key.apiVersion, key.kind);
    // A kind may come with what the Application depends on: it isn't refused, as it would be when it is installed.
    const answer = type === undefined ? null : await this.#read(key, type);
    this.answers.set(lookupText(key), answer);
    for (const object of objectsIn(answer)) this.secretTexts.push(...secretTextsOf(object));
  }

  async #read(key: LookupKey, type: ResourceType): Promise<unknown> {
    const namespace = key.namespace === "" || !type.namespaced ? undefined : key.namespace;
    const name = key.name === "" ? undefined : key.name;
    const wanted = { type, namespace, name };
    if (this.#reader === undefined || !(await mayRead(this.#client, this.#reader, wanted))) {
      this.unread.push(key);
      return null;
    }
    if (name !== undefined) return (await this.#client.find(type, { namespace, name })) ?? null;
    const { items } = await this.#client.list(type, { namespace });
    return { apiVersion: key.apiVersion, kind: `${key.kind}List`, items };
  }
}

function objectsIn(answer: unknown): readonly unknown[] {
  if (!isObject(answer)) return [];
  return Array.isArray(answer["items"]) ? answer["items"] : [answer];
}

/** As text, and as they stand there where they aren't text. */
function secretTextsOf(object: unknown): string[] {
  if (!isObject(object) || object["kind"] !== "Secret" || !isObject(object["data"])) return [];
  return Object.values(object["data"]).flatMap((value) =>
    typeof value === "string" ? [value, Buffer.from(value, "base64").toString("utf8")] : [],
  );
}
