import { createHash } from "node:crypto";
import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import type { ParsedCommit, ParsedSignature } from "../commit.ts";
import type { OrganizationRecord, RepositoryRecord } from "../folder.ts";

/** Permissions of the asking principal, as Gitea shows them. */
export interface ShownPermissions {
  readonly admin: boolean;
  readonly push: boolean;
  readonly pull: boolean;
}

/** Gives answers the shape of Gitea 1.26's; fields nothing here fills have Gitea's empty value. */
export class Shapes {
  readonly #base: string;

  /** `baseUrl`: where the host is reached, without a slash at its end. */
  constructor(baseUrl: string) {
    this.#base = baseUrl;
  }

  repositoryUrl(repository: RepositoryRef): string {
    return `${this.#base}/api/v1/repos/${repository.owner}/${repository.name}`;
  }

  user(user: Pick<Pusher, "user" | "email"> & { readonly platform?: boolean }): object {
    return {
      id: stableNumber(`user ${user.user}`),
      login: user.user,
      login_name: "",
      full_name: "",
      email: user.email,
      avatar_url: "",
      html_url: `${this.#base}/${user.user}`,
      is_admin: user.platform === true,
      active: true,
      restricted: false,
      visibility: "private",
      username: user.user,
    };
  }

  organization(record: OrganizationRecord): object {
    return {
      id: record.id,
      name: record.name,
      full_name: "",
      email: "",
      avatar_url: "",
      description: record.description,
      website: "",
      location: "",
      visibility: "private",
      repo_admin_change_team_access: false,
      username: record.name,
    };
  }

  repository(
    repository: RepositoryRef,
    record: RepositoryRecord,
    facts: { readonly empty: boolean; readonly permissions: ShownPermissions },
  ): object {
    const html = `${this.#base}/${repository.owner}/${repository.name}`;
    return {
      id: record.id,
      owner: this.user({ user: repository.owner, email: "" }),
      name: repository.name,
      full_name: `${repository.owner}/${repository.name}`,
      description: record.description,
      empty: facts.empty,
      private: true,
      fork: false,
      template: false,
      mirror: false,
      size: 0,
      html_url: html,
      url: this.repositoryUrl(repository),
      ssh_url: "",
      clone_url: `${html}.git`,
      default_branch: record.defaultBranch,
      archived: false,
      created_at: record.created,
      updated_at: record.created,
      permissions: facts.permissions,
      has_code: true,
      internal: false,
      object_format_name: "sha1",
    };
  }

  commit(repository: RepositoryRef, commit: ParsedCommit): object {
    const url = this.repositoryUrl(repository);
    return {
      url: `${url}/git/commits/${commit.id}`,
      sha: commit.id,
      created: commit.committer.date,
      html_url: `${this.#base}/${repository.owner}/${repository.name}/commit/${commit.id}`,
      commit: {
        url: `${url}/git/commits/${commit.id}`,
        author: signature(commit.author),
        committer: signature(commit.committer),
        message: commit.message,
        // Gitea names the commit here, not its tree
        tree: { url: `${url}/git/trees/${commit.id}`, sha: commit.id, created: commit.committer.date },
        verification: null,
      },
      author: null,
      committer: null,
      parents: commit.parents.map((id) => ({
        url: `${url}/git/commits/${id}`,
        sha: id,
        created: "0001-01-01T00:00:00Z",
      })),
      files: null,
      stats: null,
    };
  }

  /** A commit as branches and webhooks show it. */
  payloadCommit(
    repository: RepositoryRef,
    commit: ParsedCommit,
    files: {
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly modified: readonly string[];
    } | null = null,
  ): object {
    return {
      id: commit.id,
      message: commit.message,
      url: `${this.#base}/${repository.owner}/${repository.name}/commit/${commit.id}`,
      author: { name: commit.author.name, email: commit.author.email, username: "" },
      committer: { name: commit.committer.name, email: commit.committer.email, username: "" },
      verification: null,
      timestamp: commit.committer.date,
      added: files?.added ?? null,
      removed: files?.removed ?? null,
      modified: files?.modified ?? null,
    };
  }
}

function signature({ name, email, date }: ParsedSignature): object {
  return { name, email, date };
}

/** A number Gitea would take from its database: here made of what it identifies, below 2^48. */
export function stableNumber(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6);
}
