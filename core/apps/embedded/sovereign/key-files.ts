import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Reads a key file, or makes it (mode 600, whole or not at all). */
export async function keyFile(
  path: string,
  make: () => string = () => randomBytes(32).toString("base64url"),
): Promise<string> {
  const existing = await readFile(path, "utf8").catch(() => undefined);
  if (existing !== undefined) return existing.trim();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writePrivate(path, make());
  return (await readFile(path, "utf8")).trim();
}

/** Writes a file only its owner may read, durably; an existing one stays. */
export async function writePrivate(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(`${content}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(temporary, { force: true });
}

/** Derives the secret of one purpose from the master key: nothing to store, and one never tells another. */
export function derivedSecret(master: string, purpose: string): string {
  return createHmac("sha256", master).update(purpose).digest("base64url");
}
