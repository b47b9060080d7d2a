import { rfc3339 } from "@catalyst/base/clock";
import { keptVersions, type SecretStore } from "@catalyst/ports/secrets";

interface Kept {
  current: number;
  versions: { version: number; createdAt: string; data: Readonly<Record<string, string>> }[];
}

/** A secret store in memory, for tests of what stands on one. */
export class MemorySecrets implements SecretStore {
  readonly #now: () => number;
  readonly #paths = new Map<string, Kept>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async read(path: string, version?: number) {
    const kept = this.#paths.get(path);
    return kept?.versions.find((item) => item.version === (version ?? kept.current));
  }

  async write(path: string, data: Readonly<Record<string, string>>): Promise<number> {
    const kept = this.#paths.get(path) ?? { current: 0, versions: [] };
    kept.current++;
    kept.versions.push({ version: kept.current, createdAt: rfc3339(this.#now()), data });
    kept.versions = kept.versions.slice(-keptVersions);
    this.#paths.set(path, kept);
    return kept.current;
  }

  async destroy(path: string, versions: readonly number[]): Promise<void> {
    const kept = this.#paths.get(path);
    if (kept !== undefined)
      kept.versions = kept.versions.filter(({ version }) => !versions.includes(version));
  }

  async remove(path: string): Promise<void> {
    this.#paths.delete(path);
  }

  async metadata(path: string) {
    const kept = this.#paths.get(path);
    if (kept === undefined) return undefined;
    const createdAt = kept.versions[0]?.createdAt ?? "";
    return { currentVersion: kept.current, createdAt, updatedAt: createdAt, versions: kept.versions };
  }

  async list(path: string): Promise<readonly string[]> {
    const names = [...this.#paths.keys()]
      .filter((key) => key.startsWith(`${path}/`))
      .map((key) => key.slice(path.length + 1).replace(/\/.*$/, "/"));
    return [...new Set(names)];
  }
}
