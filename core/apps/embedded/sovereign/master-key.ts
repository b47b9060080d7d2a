import { access } from "node:fs/promises";
import type { KeyValue } from "@catalyst/ports/events";
import { derivedSecret, keyFile, keyUnusable } from "./key-files.ts";

const known = "master";

/**
 * Reads the key that the Sovereign's own credentials are derived from, and makes it at the first start. Later it
 * must be the same: webhooks and Flux hold what was derived from it, and with another nothing pushed would ever
 * arrive. Throws `key-unusable`.
 */
export async function openMasterKey(file: string, fingerprints: KeyValue): Promise<string> {
  const expected = (await fingerprints.get(known))?.value;
  if (expected !== undefined && !(await exists(file))) throw keyUnusable(file, "it is gone");
  const master = await keyFile(file);
  const fingerprint = derivedSecret(master, "fingerprint");
  if (expected === undefined) await fingerprints.put(known, fingerprint);
  else if (fingerprint !== expected) throw keyUnusable(file, "it isn't the one this folder was made with");
  return master;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
