import type { SecretMetadata } from "@catalyst/ports/secrets";

const day = 24 * 60 * 60_000;

/** How long a value is kept that no commit has referred to yet: somebody is filling in a form. */
export const keptUncommitted = day;

/** How long a value is kept after the commit that took it out of use, so that this commit can be taken back. */
export const keptAfterUse = 30 * day;

/** When a version was last referred to, in milliseconds since 1970; infinity while it is. */
export type LastUse = ReadonlyMap<number, number>;

/** The versions of a secret that nothing needs any longer. */
export function expiredVersions(
  { versions }: Pick<SecretMetadata, "versions">,
  lastUse: LastUse,
  now: number,
): readonly number[] {
  return versions
    .filter(({ version, createdAt }) => {
      const used = lastUse.get(version);
      return used === undefined ? now - Date.parse(createdAt) > keptUncommitted : now - used > keptAfterUse;
    })
    .map(({ version }) => version);
}
