import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

/**
 * Reads a key file, or makes it (mode 600, whole or not at all). Throws `key-unusable` when it can't be read or
 * is empty: a key that isn't one would protect nothing.
 */
export async function keyFile(
  path: string,
  make: () => string = () => randomBytes(32).toString("base64url"),
): Promise<string> {
  const existing = await readKey(path);
  if (existing !== undefined) return existing;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writePrivate(path, make());
  return (await readKey(path)) ?? keyFile(path, make);
}

async function readKey(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw keyUnusable(path, `it can't be read: ${cause.message}`, cause);
  });
  if (text?.trim() === "") throw keyUnusable(path, "it is empty");
  return text?.trim();
}

/** The error of a key file that is there and isn't a key. */
export function keyUnusable(path: string, what: string, cause?: unknown): CatalystError {
  return new CatalystError("key-unusable", `the key ${path} is no use: ${what}`, {
    cause,
    place: { file: path },
    hint: "Put it back from a backup.",
  });
}

/** Writes a file only its owner may read, durably; an existing one stays. */
export async function writePrivate(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
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
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Derives the secret of one purpose from the master key: nothing to store, and one never tells another. */
export function derivedSecret(master: string, purpose: string): string {
  return createHmac("sha256", master).update(purpose).digest("base64url");
}
