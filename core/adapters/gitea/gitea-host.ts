import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type {
  Commit,
  GitHost,
  GitHostCapabilities,
  NewCommit,
  ObjectId,
  Repository,
  RepositoryRef,
  Signature,
  TreeFile,
  Webhook,
} from "@catalyst/ports/git";
import type { Transport } from "@catalyst/ports/transport";
import { diffTrees } from "./diff-trees.ts";
import { encodePath, GiteaRest, pageSize, repositoryPath } from "./rest.ts";
import {
  type GiteaCommit,
  type GiteaHook,
  type GiteaRepository,
  type GiteaTree,
  type GiteaTreeEntry,
  toCommit,
  toRepository,
} from "./shapes.ts";
import { writeCommit } from "./write.ts";

export interface GiteaHostOptions {
  /** Reaches the host's root, with the credentials of Catalyst's own account. */
  readonly transport: Transport;
  /** Catalyst's own account: the committer of what it writes. */
  readonly account: Signature;
  readonly clock: Clock;
  readonly capabilities: GitHostCapabilities;
}

/** Talks to a Git host by Gitea's REST API and Git's smart HTTP: Gitea itself, or the embedded host. */
export function giteaHost(options: GiteaHostOptions): GitHost {
  return new GiteaHost(options);
}

/** What makes an answer short: neither statistics nor signatures nor file lists. */
const brief = "stat=false&verification=false&files=false";

class GiteaHost implements GitHost {
  readonly capabilities: GitHostCapabilities;
  readonly #options: GiteaHostOptions;
  readonly #rest: GiteaRest;

  constructor(options: GiteaHostOptions) {
    this.capabilities = options.capabilities;
    this.#options = options;
    this.#rest = new GiteaRest(options.transport);
  }

  async ensureOrganization(name: string, description: string): Promise<void> {
    const path = `/orgs/${encodeURIComponent(name)}`;
    if ((await this.#rest.get(path)) !== undefined) return;
    const form = { username: name, description, visibility: "private" };
    const status = await this.#rest.send("POST", "/orgs", [201, 422], form);
    // 422 is also what someone else's making it meanwhile looks like
    if (status === 422 && (await this.#rest.get(path)) === undefined) {
      throw new CatalystError("git-refused", `the Git host refused the organization ${name}`, {
        details: { lines: [] },
      });
    }
  }

  async deleteOrganization(name: string): Promise<void> {
    for (const repository of await this.repositories(name)) await this.deleteRepository(repository);
    await this.#rest.send("DELETE", `/orgs/${encodeURIComponent(name)}`, [204, 404]);
  }

  async ensureRepository(
    repository: RepositoryRef,
    options: { readonly description?: string } = {},
  ): Promise<Repository> {
    const found = await this.repository(repository);
    if (found !== undefined) return found;
    const form = {
      name: repository.name,
      description: options.description ?? "",
      private: true,
      auto_init: false,
      default_branch: "main",
    };
    await this.#rest.send("POST", `/orgs/${encodeURIComponent(repository.owner)}/repos`, [201, 409], form);
    const made = await this.repository(repository);
    if (made === undefined) throw repositoryMissing(repository);
    return made;
  }

  async deleteRepository(repository: RepositoryRef): Promise<void> {
    await this.#rest.send("DELETE", repositoryPath(repository), [204, 404]);
  }

  async repository(repository: RepositoryRef): Promise<Repository | undefined> {
    const found = await this.#rest.get<GiteaRepository>(repositoryPath(repository));
    return found && toRepository(found);
  }

  async repositories(owner: string): Promise<readonly Repository[]> {
    const found = await this.#rest.list<GiteaRepository>(`/orgs/${encodeURIComponent(owner)}/repos`);
    return (found ?? []).map(toRepository);
  }

  async resolve(repository: RepositoryRef, ref: string): Promise<ObjectId | undefined> {
    const names =
      isObjectId(ref) || ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
    // not by the branches route: Gitea answers it from its database, which follows a push a little later
    for (const name of names) {
      const path = `${repositoryPath(repository)}/git/commits/${encodeURIComponent(name)}?${brief}`;
      const found = await this.#rest.get<GiteaCommit>(path, [404, 422]);
      if (found !== undefined) return found.sha;
    }
    return undefined;
  }

  async commit(repository: RepositoryRef, id: ObjectId): Promise<Commit> {
    const path = `${repositoryPath(repository)}/git/commits/${encodeURIComponent(id)}?${brief}`;
    const found = await this.#rest.get<GiteaCommit>(path, [404, 422]);
    if (found === undefined) throw refMissing(repository, id);
    return toCommit(found);
  }

  async history(
    repository: RepositoryRef,
    options: { readonly ref: string; readonly path?: string; readonly limit: number; readonly skip?: number },
  ): Promise<readonly Commit[]> {
    const { ref, path, limit, skip = 0 } = options;
    // with a path Gitea's pages have its own size whatever is asked
    const size = path === undefined && skip === 0 ? Math.min(limit, pageSize) : pageSize;
    const wanted: Commit[] = [];
    const first = Math.floor(skip / size);
    for (let page = first; wanted.length < limit + (skip - first * size); page++) {
      const query = new URLSearchParams({ sha: ref, limit: String(size), page: String(page + 1) });
      if (path !== undefined) query.set("path", path);
      const found = await this.#rest.get<GiteaCommit[]>(
        `${repositoryPath(repository)}/commits?${query}&${brief}`,
        [404, 409],
      );
      if (found === undefined) {
        if (page === first && (await this.resolve(repository, ref)) === undefined)
          throw refMissing(repository, ref);
        break;
      }
      wanted.push(...found.map(toCommit));
      if (found.length < size) break;
    }
    return wanted.slice(skip - first * size, skip - first * size + limit);
  }

  async files(repository: RepositoryRef, ref: string, path?: string): Promise<readonly TreeFile[]> {
    const commit = isObjectId(ref) ? ref : await this.resolve(repository, ref);
    const entries = commit && (await this.#tree(repository, commit, true));
    if (!entries) throw refMissing(repository, ref);
    return entries
      .filter((entry) => entry.type !== "tree" && (path === undefined || entry.path.startsWith(`${path}/`)))
      .map((entry) => ({
        path: entry.path,
        id: entry.sha,
        mode: entry.mode as TreeFile["mode"],
        size: entry.type === "commit" ? undefined : entry.size,
      }));
  }

  readFile(repository: RepositoryRef, ref: string, path: string): Promise<Uint8Array | undefined> {
    const query = new URLSearchParams({ ref });
    return this.#rest.bytes(`${repositoryPath(repository)}/raw/${encodePath(path)}?${query}`);
  }

  async readBlob(repository: RepositoryRef, id: ObjectId): Promise<Uint8Array> {
    const path = `${repositoryPath(repository)}/git/blobs/${encodeURIComponent(id)}`;
    const found = await this.#rest.get<{ content: string | null; size: number }>(path, [400, 404]);
    if (found === undefined) throw refMissing(repository, id);
    if (found.content === null) {
      throw new CatalystError(
        "git-object-too-large",
        `the file ${id} is too large to be read over the REST API`,
      );
    }
    return Buffer.from(found.content, "base64");
  }

  async diff(repository: RepositoryRef, from: ObjectId | undefined, to: ObjectId): Promise<string> {
    const parent = (await this.commit(repository, to)).parents[0];
    if (from !== undefined && from !== parent) return diffTrees(this, repository, from, to);
    const found = await this.#rest.bytes(
      `${repositoryPath(repository)}/git/commits/${encodeURIComponent(to)}.diff`,
    );
    if (found === undefined) throw refMissing(repository, to);
    return new TextDecoder().decode(found);
  }

  write(repository: RepositoryRef, commit: NewCommit): Promise<Commit> {
    const { transport, account, clock } = this.#options;
    const readTree = async (id: ObjectId) => this.#tree(repository, id, false);
    return writeCommit({ host: this, transport, account, clock, readTree }, repository, commit);
  }

  async ensureWebhook(repository: RepositoryRef, webhook: Webhook): Promise<void> {
    const path = `${repositoryPath(repository)}/hooks`;
    const hooks = await this.#rest.list<GiteaHook>(path);
    if (hooks === undefined) throw repositoryMissing(repository);
    const config = { url: webhook.url, content_type: "json", secret: webhook.secret };
    const form = { config, events: webhook.events, active: true };
    const known = hooks.find((hook) => hook.config["url"] === webhook.url);
    if (known === undefined)
      await this.#rest.send("POST", path, [201], { type: "gitea", branch_filter: "*", ...form });
    else await this.#rest.send("PATCH", `${path}/${known.id}`, [200], form);
  }

  /** All entries of a commit's or a tree's root, or below it; undefined when there's no such thing. */
  async #tree(
    repository: RepositoryRef,
    id: ObjectId,
    recursive: boolean,
  ): Promise<readonly GiteaTreeEntry[] | undefined> {
    const entries: GiteaTreeEntry[] = [];
    for (let page = 1; ; page++) {
      const query = `per_page=1000&page=${page}${recursive ? "&recursive=true" : ""}`;
      const path = `${repositoryPath(repository)}/git/trees/${encodeURIComponent(id)}?${query}`;
      const found = await this.#rest.get<GiteaTree>(path, [400, 404]);
      if (found === undefined) return undefined;
      entries.push(...(found.tree ?? []));
      if (!found.truncated) return entries;
    }
  }
}

function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function repositoryMissing({ owner, name }: RepositoryRef): CatalystError {
  return new CatalystError("git-repository-missing", `there is no repository ${owner}/${name}`);
}

function refMissing({ owner, name }: RepositoryRef, ref: string): CatalystError {
  return new CatalystError("git-ref-missing", `there is no ${ref} in ${owner}/${name}`);
}
