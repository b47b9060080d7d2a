export interface SecretVersion {
  readonly version: number;
  readonly createdAt: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface SecretMetadata {
  readonly currentVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Those that can still be read, oldest first. */
  readonly versions: readonly { readonly version: number; readonly createdAt: string }[];
}

/** How many versions of a secret a store keeps; the oldest goes when one more is written. Vault's default. */
export const keptVersions = 10;

/**
 * Secrets by the Vault KV version 2 HTTP API, mount `secret`. Paths are
 * `org/{org}/env/{env_type}/…`. Values appear in no error and no log.
 *
 * Errors: `secrets-denied`, `secrets-sealed`, `secrets-conflict` (`expectedVersion` isn't current),
 * `secrets-unavailable`.
 */
export interface SecretStore {
  read(path: string, version?: number): Promise<SecretVersion | undefined>;
  /** `expectedVersion` 0: only when absent. Gives the new version. */
  write(path: string, data: Readonly<Record<string, string>>, expectedVersion?: number): Promise<number>;
  /** Destroys versions for good; their numbers aren't given again. Those that aren't there count as destroyed. */
  destroy(path: string, versions: readonly number[]): Promise<void>;
  /** Removes all versions and the count of them. */
  remove(path: string): Promise<void>;
  metadata(path: string): Promise<SecretMetadata | undefined>;
  /** Names directly below a path; folders end in `/`. */
  list(path: string): Promise<readonly string[]>;
}
