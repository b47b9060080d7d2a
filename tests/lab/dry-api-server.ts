import type { DryServer, Reply } from "../../core/embedded/kubernetes/machinery/conformance/corpus/corpus.ts";
import { builtinKinds } from "../../core/embedded/kubernetes/machinery/index.ts";
import { type ApiClient, apiClient } from "./api-client.ts";

type Fields = Record<string, unknown>;

/** A real API server that cases are tried at: what it would store is never stored, but for objects to change. */
export class DryApiServer implements DryServer {
  readonly #client: ApiClient;

  constructor(url: string, token: string) {
    this.#client = apiClient(url, token);
  }

  create(kind: string, object: Fields): Promise<Reply> {
    return this.#send("POST", `${collection(kind)}?dryRun=All&fieldManager=test`, object);
  }

  /** Throws when the object or its status is refused. */
  async hold(kind: string, object: Fields, status: Fields | undefined): Promise<Fields> {
    const made = await this.#send("POST", `${collection(kind)}?fieldManager=test`, object);
    if (made.status >= 300) throw new Error(`${kind} can't be held: ${JSON.stringify(made.body)}`);
    if (status === undefined) return made.body;
    const body = { ...made.body, status };
    const set = await this.#send("PUT", `${place(kind, object)}/status?fieldManager=test`, body);
    if (set.status >= 300) throw new Error(`${kind} can't have its status: ${JSON.stringify(set.body)}`);
    return set.body;
  }

  update(kind: string, object: Fields, subresource: string | undefined): Promise<Reply> {
    const below = subresource === undefined ? "" : `/${subresource}`;
    return this.#send("PUT", `${place(kind, object)}${below}?dryRun=All&fieldManager=test`, object);
  }

  async drop(kind: string, object: Fields): Promise<void> {
    const path = place(kind, object);
    await this.#send("DELETE", path, { gracePeriodSeconds: 0, propagationPolicy: "Background" });
    // Nobody here does what the deletion of a namespace waits for.
    if (kind === "v1/Namespace") await this.#send("PUT", `${path}/finalize`, { ...object, spec: {} });
  }

  async #send(method: string, path: string, body: Fields): Promise<Reply> {
    const { status, rawHeaders, body: answered } = await this.#client({ method, path, body });
    return { status, body: answered as Fields, warnings: warningsOf(rawHeaders) };
  }
}

/** The texts of `Warning: 299 - "text"`. */
function warningsOf(headers: readonly string[]): readonly string[] {
  return headers.flatMap((header, index) => {
    if (index % 2 === 1 || header.toLowerCase() !== "warning") return [];
    const quoted = /^299 - ("(?:[^"\\]|\\.)*")/.exec(headers[index + 1] ?? "")?.[1];
    return quoted === undefined ? [] : [JSON.parse(quoted) as string];
  });
}

function collection(key: string): string {
  const kind = builtinKinds().find((one) => `${one.apiVersion}/${one.kind}` === key);
  if (kind === undefined) throw new Error(`no kind ${key}`);
  const root = kind.apiVersion === "v1" ? "/api/v1" : `/apis/${kind.apiVersion}`;
  return `${root}${kind.namespaced ? "/namespaces/default" : ""}/${kind.plural}`;
}

function place(kind: string, object: Fields): string {
  return `${collection(kind)}/${(object["metadata"] as { readonly name: string }).name}`;
}
