import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { SecretMetadata, SecretStore } from "@catalyst/ports/secrets";
import { type Response, readJson, type Transport } from "@catalyst/ports/transport";

export interface VaultOptions {
  /** Reaches the server's root, with the token (`x-vault-token`) already on every request. */
  readonly transport: Transport;
  /** Where the KV engine, version 2, is mounted; default `secret`. */
  readonly mount?: string;
}

interface VersionFacts {
  readonly version: number;
  readonly created_time: string;
}

interface MetadataAnswer {
  readonly current_version: number;
  readonly created_time: string;
  readonly updated_time: string;
  readonly versions?: Readonly<
    Record<
      string,
      { readonly created_time: string; readonly deletion_time: string; readonly destroyed: boolean }
    >
  >;
}

/** Talks to a secret store by Vault's KV version 2 HTTP API: OpenBao, Vault, or the embedded store. */
export function vaultSecrets({ transport, mount = "secret" }: VaultOptions): SecretStore {
  const at = (area: string, path: string) =>
    `/v1/${mount}/${area}/${path.split("/").map(encodeURIComponent).join("/")}`;
  /** The answer's data; undefined when there's none (404). */
  const ask = async (method: string, path: string, json?: unknown): Promise<unknown> => {
    const response = await send(transport, method, path, json);
    if (response.status === 204) return undefined;
    if (response.status === 200) return dataOf(response);
    // an error's own text helps, and its status says enough without
    const body = await readJson(response).catch(() => undefined);
    if (response.status !== 404) throw refusal(response.status, body);
    return undefined;
  };
  return {
    read: async (path, version) => {
      const query = version === undefined ? "" : `?version=${version}`;
      const found = (await ask("GET", at("data", path) + query)) as
        | { readonly data: Readonly<Record<string, string>>; readonly metadata: VersionFacts }
        | undefined;
      if (found === undefined) return undefined;
      return { version: found.metadata.version, createdAt: found.metadata.created_time, data: found.data };
    },
    write: async (path, data, expectedVersion) => {
      const options = expectedVersion === undefined ? {} : { options: { cas: expectedVersion } };
      const facts = (await ask("POST", at("data", path), { data, ...options })) as VersionFacts | undefined;
      if (facts === undefined)
        throw new CatalystError("secrets-unavailable", "the secret store has no such mount");
      return facts.version;
    },
    destroy: async (path, versions) => {
      if (versions.length > 0) await ask("PUT", at("destroy", path), { versions });
    },
    remove: async (path) => {
      await ask("DELETE", at("metadata", path));
    },
    metadata: async (path) => {
      const found = (await ask("GET", at("metadata", path))) as MetadataAnswer | undefined;
      return found === undefined ? undefined : metadataOf(found);
    },
    list: async (path) => {
      const folder = path.endsWith("/") || path === "" ? path : `${path}/`;
      const found = (await ask("GET", `${at("metadata", folder)}?list=true`)) as
        | { readonly keys: readonly string[] }
        | undefined;
      return found?.keys ?? [];
    },
  };
}

function metadataOf(answer: MetadataAnswer): SecretMetadata {
  const readable = Object.entries(answer.versions ?? {}).filter(
    ([, facts]) => !facts.destroyed && facts.deletion_time === "",
  );
  return {
    currentVersion: answer.current_version,
    createdAt: answer.created_time,
    updatedAt: answer.updated_time,
    versions: readable
      .map(([version, facts]) => ({ version: Number(version), createdAt: facts.created_time }))
      .sort((a, b) => a.version - b.version),
  };
}

async function send(transport: Transport, method: string, path: string, json: unknown): Promise<Response> {
  const headers = {
    accept: "application/json",
    ...(json === undefined ? {} : { "content-type": "application/json" }),
  };
  try {
    return await transport.request({ method, path, headers, ...(json === undefined ? {} : { json }) });
  } catch (cause) {
    if (!isCatalystError(cause, "transport-unreachable")) throw cause;
    throw new CatalystError("secrets-unavailable", "the secret store can't be reached", { cause });
  }
}

/** An answer that can't be read must not look like nothing being there: whoever cleans up would leave it. */
async function dataOf(response: Response): Promise<unknown> {
  const body = await readJson(response).catch((cause: unknown) => {
    throw new CatalystError("secrets-unavailable", "the secret store's answer can't be read", { cause });
  });
  if (isObject(body)) return body["data"];
  throw new CatalystError("secrets-unavailable", "the secret store's answer isn't an object");
}

/** Only what the server says of itself goes into an error, never what was sent. */
function refusal(status: number, body: unknown): CatalystError {
  const errors = isObject(body) && Array.isArray(body["errors"]) ? body["errors"].map(String) : [];
  if (errors.some((error) => error.includes("check-and-set"))) {
    return new CatalystError("secrets-conflict", "the secret was changed meanwhile");
  }
  if (status === 403) return new CatalystError("secrets-denied", "the secret store refused");
  if (status === 503) return new CatalystError("secrets-sealed", "the secret store is sealed");
  return new CatalystError("secrets-unavailable", `the secret store answered ${status}`, {
    details: { status },
  });
}
