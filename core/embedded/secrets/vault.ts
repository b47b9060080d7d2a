import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { Row, Store } from "@catalyst/embedded-store";
import { keptVersions } from "@catalyst/ports/secrets";
import { secretsArea } from "./schema.ts";
import { readKey, type Seal, sealWith } from "./seal.ts";

/** Facts about one version; `deleted` is empty while it can be read. Times are RFC 3339. */
export interface StoredVersion {
  readonly version: number;
  readonly created: string;
  readonly deleted: string;
}

export interface StoredSecret {
  readonly current: number;
  readonly created: string;
  readonly updated: string;
  /** Oldest first. */
  readonly versions: readonly StoredVersion[];
}

const proofName = "the key's proof";
const versionColumns = "path, version, sealed, created, deleted";

/** Secrets with their versions in the data folder's store, values sealed. Nothing here says a value in an error. */
export class SealedVault {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #seal: Seal;
  /** The last change of each path under way: a version's number has to be known before its value is sealed. */
  readonly #changing = new Map<string, Promise<unknown>>();

  private constructor(store: Store, clock: Clock, seal: Seal) {
    this.#store = store;
    this.#clock = clock;
    this.#seal = seal;
  }

  /** Opens the vault; the key is made with the first start. Throws as readKey, and `secrets-key-wrong`. */
  static async open(store: Store, clock: Clock, keyFile: string): Promise<SealedVault> {
    await store.define(secretsArea);
    const [row] = await store.read("SELECT proof FROM secrets_key");
    const seal = sealWith(await readKey(keyFile, row === undefined));
    if (row === undefined) {
      const proof = seal.seal(proofName, Buffer.from(proofName));
      const sql = "INSERT INTO secrets_key VALUES (1, ?1, row_checksum(1, ?1))";
      await store.write([{ sql, params: [proof] }]);
    } else checkProof(seal, row, keyFile);
    return new SealedVault(store, clock, seal);
  }

  async describe(path: string): Promise<StoredSecret | undefined> {
    const [row] = await this.#store.read(
      `SELECT current, created, updated, checksum = row_checksum(path, current, created, updated) AS intact
       FROM secrets_paths WHERE path = ?`,
      [path],
    );
    if (row === undefined) return undefined;
    checkIntact(row, path);
    const versions = await this.#store.read(
      "SELECT version, created, deleted FROM secrets_versions WHERE path = ? ORDER BY version",
      [path],
    );
    return {
      current: Number(row["current"]),
      created: String(row["created"]),
      updated: String(row["updated"]),
      versions: versions.map(toVersion),
    };
  }

  /** One version with its data, the current one unless said; `data` is undefined for a deleted one. */
  async read(
    path: string,
    version?: number,
  ): Promise<{ readonly facts: StoredVersion; readonly data: unknown } | undefined> {
    const which = version === undefined ? "(SELECT current FROM secrets_paths WHERE path = ?1)" : "?2";
    const [row] = await this.#store.read(
      `SELECT ${versionColumns}, checksum = row_checksum(${versionColumns}) AS intact
       FROM secrets_versions WHERE path = ?1 AND version = ${which}`,
      version === undefined ? [path] : [path, version],
    );
    if (row === undefined) return undefined;
    checkIntact(row, path);
    const facts = toVersion(row);
    if (facts.deleted !== "") return { facts, data: undefined };
    const value = this.#seal.open(sealName(path, facts.version), row["sealed"] as Uint8Array);
    return { facts, data: JSON.parse(Buffer.from(value).toString("utf8")) as unknown };
  }

  /** Adds a version; undefined when `expected` isn't the current one (0: there is none yet). */
  write(path: string, data: unknown, expected: number | undefined): Promise<StoredVersion | undefined> {
    return this.#alone(path, async () => {
      const [row] = await this.#store.read("SELECT current FROM secrets_paths WHERE path = ?", [path]);
      const current = Number(row?.["current"] ?? 0);
      if (expected !== undefined && expected !== current) return undefined;
      const facts = { version: current + 1, created: rfc3339(this.#clock.now()), deleted: "" };
      const sealed = this.#seal.seal(sealName(path, facts.version), Buffer.from(JSON.stringify(data)));
      await this.#store.write([
        {
          sql: `INSERT INTO secrets_paths VALUES (?1, ?2, ?3, ?3, row_checksum(?1, ?2, ?3, ?3)) ON CONFLICT (path)
            DO UPDATE SET current = ?2, updated = ?3, checksum = row_checksum(?1, ?2, created, ?3)`,
          params: [path, facts.version, facts.created],
        },
        {
          sql: `INSERT INTO secrets_versions VALUES (?1, ?2, ?3, ?4, '', row_checksum(?1, ?2, ?3, ?4, ''))`,
          params: [path, facts.version, sealed, facts.created],
        },
        {
          sql: "DELETE FROM secrets_versions WHERE path = ? AND version <= ?",
          params: [path, facts.version - keptVersions],
        },
      ]);
      return facts;
    });
  }

  /** Makes versions unreadable, or readable again; the current one unless said. Unknown ones are left out. */
  setDeleted(path: string, versions: readonly number[] | undefined, deleted: boolean): Promise<void> {
    return this.#alone(path, async () => {
      const known = await this.describe(path);
      const asked = versions ?? (known === undefined ? [] : [known.current]);
      const when = deleted ? rfc3339(this.#clock.now()) : "";
      const sql = `UPDATE secrets_versions SET deleted = ?3, checksum = row_checksum(path, version, sealed, created, ?3)
        WHERE path = ?1 AND version = ?2 AND (deleted = '') = ?4`;
      await this.#store.write(
        asked.map((version) => ({ sql, params: [path, version, when, deleted ? 1 : 0] })),
      );
    });
  }

  /** Destroys versions; the count goes on, so that no number means two values. Unknown ones are left out. */
  destroy(path: string, versions: readonly number[]): Promise<void> {
    return this.#alone(path, async () => {
      const sql = "DELETE FROM secrets_versions WHERE path = ? AND version = ?";
      await this.#store.write(versions.map((version) => ({ sql, params: [path, version] })));
    });
  }

  /** Removes a secret with all its versions. */
  remove(path: string): Promise<void> {
    return this.#alone(path, async () => {
      await this.#store.write([
        { sql: "DELETE FROM secrets_versions WHERE path = ?", params: [path] },
        { sql: "DELETE FROM secrets_paths WHERE path = ?", params: [path] },
      ]);
    });
  }

  /** Names directly below a folder (empty: the root); folders end in `/`. */
  async list(folder: string): Promise<readonly string[]> {
    const prefix = folder === "" ? "" : `${folder}/`;
    const sql =
      "SELECT path FROM secrets_paths WHERE substr(path, 1, length(?1)) = ?1 AND path >= ?1 ORDER BY path";
    const rows = await this.#store.read(sql, [prefix]);
    const names = rows.map((row) => {
      const rest = String(row["path"]).slice(prefix.length);
      const slash = rest.indexOf("/");
      return slash < 0 ? rest : rest.slice(0, slash + 1);
    });
    return [...new Set(names)];
  }

  async #alone<T>(path: string, change: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(path);
    const mine = (before ?? Promise.resolve()).then(change, change);
    this.#changing.set(path, mine);
    try {
      return await mine;
    } finally {
      if (this.#changing.get(path) === mine) this.#changing.delete(path);
    }
  }
}

/** Binds a value to its place, so that a sealed value moved to another path doesn't open there. */
function sealName(path: string, version: number): string {
  return `${path}\0${version}`;
}

function checkProof(seal: Seal, row: Row, file: string): void {
  try {
    seal.open(proofName, row["proof"] as Uint8Array);
  } catch (error) {
    if (!isCatalystError(error, "secrets-damaged")) throw error;
    throw new CatalystError("secrets-key-wrong", "the secrets were sealed with another key", {
      place: { file },
      hint: "Put the key back that belongs to this data folder.",
    });
  }
}

function checkIntact(row: Row, path: string): void {
  if (row["intact"] !== 1)
    throw new CatalystError("secrets-damaged", `the secret ${path} was altered on disk`);
}

function toVersion(row: Row): StoredVersion {
  return {
    version: Number(row["version"]),
    created: String(row["created"]),
    deleted: String(row["deleted"]),
  };
}
