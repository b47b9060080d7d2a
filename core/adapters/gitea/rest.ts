import { CatalystError } from "@catalyst/base/errors";
import type { RepositoryRef } from "@catalyst/ports/git";
import { type Response, readBytes, readJson, type Transport } from "@catalyst/ports/transport";

/** Gitea's largest page of most lists. */
export const pageSize = 50;

/** Gitea's REST API over a transport whose base is the host's root. */
export class GiteaRest {
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Sends a request; statuses not in `expected` become `git-refused` (401, 403) or `git-unavailable`. */
  async request(
    method: string,
    path: string,
    expected: readonly number[],
    json?: unknown,
  ): Promise<Response> {
    const response = await this.transport.request({
      method,
      path: `/api/v1${path}`,
      headers: {
        accept: "application/json",
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { json }),
    });
    if (expected.includes(response.status)) return response;
    const words = new TextDecoder().decode(await readBytes(response)).slice(0, 500);
    if (response.status === 401 || response.status === 403) {
      throw new CatalystError("git-refused", `the Git host refused ${method} ${path}`, {
        details: { lines: [words], status: response.status },
      });
    }
    const reason = messageIn(words);
    throw new CatalystError(
      "git-unavailable",
      reason === ""
        ? `the Git host answered ${response.status} to ${method} ${path}`
        : `the Git host failed: ${reason}`,
      { details: { status: response.status, words } },
    );
  }

  /** Gets a document; undefined when the status is one of `missing`. */
  async get<T>(path: string, missing: readonly number[] = [404]): Promise<T | undefined> {
    const response = await this.request("GET", path, [200, ...missing]);
    if (response.status === 200) return (await readJson(response)) as T;
    await readBytes(response);
    return undefined;
  }

  /** Gets bytes; undefined when the status is 404. */
  async bytes(path: string): Promise<Uint8Array | undefined> {
    const response = await this.request("GET", path, [200, 404]);
    const bytes = await readBytes(response);
    return response.status === 200 ? bytes : undefined;
  }

  /** Gets every page of a list; undefined when it doesn't exist. */
  async list<T>(path: string): Promise<readonly T[] | undefined> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const items = await this.get<T[]>(`${path}?limit=${pageSize}&page=${page}`);
      if (items === undefined) return page === 1 ? undefined : all;
      all.push(...items);
      if (items.length < pageSize) return all;
    }
  }

  /** Sends a change; gives the status, one of `expected`. */
  async send(method: string, path: string, expected: readonly number[], json?: unknown): Promise<number> {
    const response = await this.request(method, path, expected, json);
    await readBytes(response);
    return response.status;
  }
}

/** Why the host failed, as far as it says so for people. */
function messageIn(words: string): string {
  try {
    const document = JSON.parse(words) as { readonly message?: unknown } | null;
    return typeof document?.message === "string" ? document.message : "";
  } catch {
    return "";
  }
}

/** `/repos/<owner>/<name>`. */
export function repositoryPath(repository: RepositoryRef): string {
  return `/repos/${encodeURIComponent(repository.owner)}/${encodeURIComponent(repository.name)}`;
}

/** Encodes a path's segments and keeps its slashes. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
