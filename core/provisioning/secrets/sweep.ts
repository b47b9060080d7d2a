import { isCatalystError } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import { secretReferences, secretsDocumentPath, secretsDocumentProblems } from "@catalyst/blueprint/plan";
import { applicationSecretsPath, secretsPrefix } from "@catalyst/model/naming";
import type { GitHost } from "@catalyst/ports/git";
import type { SecretStore } from "@catalyst/ports/secrets";
import { type EnvironmentSnapshot, environmentRepository } from "../environment-repository.ts";
import { expiredVersions } from "./retention.ts";

export interface SweepOptions {
  readonly store: Pick<SecretStore, "list" | "metadata" | "destroy" | "remove">;
  readonly git: Pick<GitHost, "history" | "readFile">;
  snapshot(environment: string): Promise<EnvironmentSnapshot>;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Commits of one file that are looked through for values still kept. */
const historyLimit = 200;

/**
 * Destroys the values of an Environment that no commit refers to any longer, or never did, as retention.ts says.
 * Values outside the Applications' part were put there by hand and are left alone. Gives how many it destroyed.
 */
export async function sweepSecrets(environment: string, options: SweepOptions): Promise<number> {
  const { store } = options;
  let destroyed = 0;
  for (const folder of await store.list(`${secretsPrefix(environment)}applications`)) {
    if (!folder.endsWith("/")) continue;
    const application = folder.slice(0, -1);
    const root = applicationSecretsPath(environment, application);
    for (const field of await store.list(root))
      if (!field.endsWith("/"))
        destroyed += await sweepField(environment, application, `${root}/${field}`, options);
  }
  return destroyed;
}

async function sweepField(
  environment: string,
  application: string,
  key: string,
  options: SweepOptions,
): Promise<number> {
  const { store, now } = options;
  const metadata = await store.metadata(key);
  if (metadata === undefined) return 0;
  const snapshot = await options.snapshot(environment);
  const present = new Map(referredNow(snapshot, key).map((version) => [version, Number.POSITIVE_INFINITY]));
  // most values are in use or new: only what may go is looked for in the history
  if (expiredVersions(metadata, present, now()).length === 0) return 0;
  const past = await referredOnce(environment, application, key, snapshot, options);
  const expired = expiredVersions(metadata, new Map([...past, ...present]), now());
  // a count begun again would let an old commit mean a new value: it goes only where no commit ever named one
  const forgotten = past.size === 0 && present.size === 0 && expired.length === metadata.versions.length;
  if (forgotten) await store.remove(key);
  else await store.destroy(key, expired);
  return expired.length;
}

function referredNow({ tree }: EnvironmentSnapshot, key: string): number[] {
  return [...tree.applications.values()]
    .flatMap(({ secrets }) => secrets?.references ?? [])
    .filter((reference) => reference.key === key)
    .map(({ version }) => version);
}

/** Versions the Application's own file named in earlier commits, and when the last of them was replaced. */
async function referredOnce(
  environment: string,
  application: string,
  key: string,
  { commit }: EnvironmentSnapshot,
  { git, now }: SweepOptions,
): Promise<Map<number, number>> {
  const lastUse = new Map<number, number>();
  if (commit === undefined) return lastUse;
  const repository = environmentRepository(environment);
  const path = secretsDocumentPath(application);
  let replacedAt = now();
  for (const { id, committer } of await git.history(repository, { ref: commit, path, limit: historyLimit })) {
    const content = await git.readFile(repository, id, path);
    for (const version of versionsIn(application, content, key))
      if (!lastUse.has(version)) lastUse.set(version, replacedAt);
    replacedAt = Date.parse(committer.date);
  }
  return lastUse;
}

function versionsIn(application: string, content: Uint8Array | undefined, key: string): number[] {
  if (content === undefined) return [];
  try {
    const source = parseYaml(new TextDecoder().decode(content));
    if (secretsDocumentProblems(application, source).length > 0) return [];
    return secretReferences(source)
      .filter((reference) => reference.key === key)
      .map(({ version }) => version);
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return [];
  }
}
