import { CatalystError } from "@catalyst/base/errors";
import {
  type ClusterClient,
  type ConfigMap,
  configMaps,
  type Pod,
  type Secret,
  secrets,
} from "@catalyst/ports/kubernetes";

/** Reads the ConfigMaps and Secrets a Pod names, each once. */
export class References {
  readonly #client: ClusterClient;
  readonly #namespace: string;
  readonly #read = new Map<string, Promise<ReadonlyMap<string, Uint8Array> | undefined>>();

  constructor(client: ClusterClient, pod: Pod) {
    this.#client = client;
    this.#namespace = pod.metadata.namespace ?? "default";
  }

  /** The keys of a ConfigMap or Secret; undefined when it may be absent. Throws `pod-reference-missing`. */
  async keys(
    kind: "configmap" | "secret",
    name: string,
    optional: boolean | undefined,
  ): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const found = await this.#once(kind, name);
    if (found === undefined && optional !== true)
      throw new CatalystError("pod-reference-missing", `${kind} "${name}" not found`);
    return found;
  }

  /** One key's value; undefined when it may be absent. Throws `pod-reference-missing`. */
  async value(
    kind: "configmap" | "secret",
    reference: { readonly name?: string; readonly key: string; readonly optional?: boolean },
  ): Promise<string | undefined> {
    const { name = "", key, optional } = reference;
    const value = (await this.keys(kind, name, optional))?.get(key);
    if (value === undefined && optional !== true) {
      const where = `${kind === "secret" ? "Secret" : "ConfigMap"} ${this.#namespace}/${name}`;
      throw new CatalystError("pod-reference-missing", `couldn't find key ${key} in ${where}`);
    }
    return value === undefined ? undefined : new TextDecoder().decode(value);
  }

  #once(kind: "configmap" | "secret", name: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const id = `${kind}/${name}`;
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const reading = kind === "secret" ? this.#secret(name) : this.#configMap(name);
    this.#read.set(id, reading);
    return reading;
  }

  async #secret(name: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const secret = await this.#client.find<Secret>(secrets, { namespace: this.#namespace, name });
    return secret === undefined ? undefined : decoded(secret.data);
  }

  async #configMap(name: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const map = await this.#client.find<ConfigMap>(configMaps, { namespace: this.#namespace, name });
    if (map === undefined) return undefined;
    const texts = Object.entries(map.data ?? {}).map(
      ([key, value]) => [key, new TextEncoder().encode(value)] as const,
    );
    return new Map([...texts, ...decoded(map.binaryData)]);
  }
}

function decoded(data: Readonly<Record<string, string>> | undefined): Map<string, Uint8Array> {
  return new Map(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")]));
}
