import { randomUUID } from "node:crypto";
import { keptVersions } from "@catalyst/ports/secrets";
import type { Response } from "@catalyst/ports/transport";
import type { StoredSecret, StoredVersion } from "./vault.ts";

/** The Vault release whose paths and shapes the answers have. */
export const vaultVersion = "1.20.0";

// what is read here must stay in no cache
const headers = { "content-type": "application/json", "cache-control": "no-store" };

export function plain(status: number, json: unknown): Response {
  return { status, headers, json };
}

/** An answer in Vault's envelope. */
export function answer(status: number, data: unknown): Response {
  return plain(status, {
    request_id: randomUUID(),
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
    mount_type: "kv",
  });
}

export function noContent(): Response {
  return { status: 204, headers: { "cache-control": "no-store" } };
}

export function failure(status: number, ...errors: readonly string[]): Response {
  return plain(status, { errors });
}

/** A version's metadata as `data/…` shows it. */
export function versionShape(facts: StoredVersion): object {
  return {
    created_time: facts.created,
    custom_metadata: null,
    deletion_time: facts.deleted,
    destroyed: false,
    version: facts.version,
  };
}

/** A secret's metadata as `metadata/…` shows it. */
export function secretShape(secret: StoredSecret): object {
  const { current, created, updated, versions } = secret;
  return {
    cas_required: false,
    created_time: created,
    current_version: current,
    custom_metadata: null,
    delete_version_after: "0s",
    max_versions: keptVersions,
    oldest_version: versions[0]?.version ?? 0,
    updated_time: updated,
    versions: Object.fromEntries(
      versions.map((facts) => [
        String(facts.version),
        { created_time: facts.created, deletion_time: facts.deleted, destroyed: false },
      ]),
    ),
  };
}
