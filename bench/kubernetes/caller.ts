import { readBytes, type Transport } from "@catalyst/ports/transport";

/** Calls of one API server over TLS, the same for both sides. */
export class Caller {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Gives the answer's bytes; throws when it is a refusal. */
  async send(method: string, path: string, json?: unknown): Promise<Uint8Array> {
    const response = await this.#transport.request({
      method,
      path,
      headers: {},
      ...(json === undefined ? {} : { json }),
    });
    const bytes = await readBytes(response, Number.POSITIVE_INFINITY);
    if (response.status >= 300) throw new Error(`${method} ${path}: ${Buffer.from(bytes)}`);
    return bytes;
  }

  async makeNamespace(name: string): Promise<void> {
    await this.send("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    });
  }

  /** The version a watch goes on from that wants nothing of what is there. */
  async version(path: string): Promise<string> {
    const { metadata } = JSON.parse(Buffer.from(await this.send("GET", `${path}?limit=1`)).toString()) as {
      metadata: { resourceVersion: string };
    };
    return metadata.resourceVersion;
  }

  /** Creates ConfigMaps by so many callers at once; gives how many per second. */
  async create(namespace: string, count: number, callers: number): Promise<number> {
    let next = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (next < count) {
          const name = `c${callers}-${next++}`;
          await this.send("POST", `/api/v1/namespaces/${namespace}/configmaps`, configMap(name));
        }
      }),
    );
    return count / ((performance.now() - began) / 1000);
  }

  /** Opens a watch; `line` is called for each event, `ended` when it ends before the signal aborts. */
  async watch(path: string, signal: AbortSignal, line: () => void, ended?: () => void): Promise<void> {
    const response = await this.#transport.request({ method: "GET", path, headers: {}, signal });
    if (response.status >= 300) throw new Error(`GET ${path}: ${response.status}`);
    const read = async () => {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        for (const byte of chunk) if (byte === 10) line();
      }
    };
    read()
      .catch(() => undefined)
      .finally(() => {
        if (!signal.aborted) ended?.();
      });
  }
}

function configMap(name: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text: "x".repeat(300) } };
}
