import { digestOf } from "@catalyst/base/digest";
import { compress, expand } from "./compression.ts";
import { ignoreFileName, type SourceFile, sourceFilter } from "./source-files.ts";
import { type ArchiveFile, readTar, writeTar } from "./tar.ts";

/** An artifact's bytes and what they unpack to. */
export interface PackedSource {
  readonly bytes: Uint8Array;
  readonly files: readonly SourceFile[];
}

/** Packs a source's files into the bytes of its artifact, a tar.gz. */
export function packFiles(files: readonly ArchiveFile[]): Promise<Uint8Array> {
  return compress(writeTar(files));
}

/**
 * Makes an artifact out of a packed layer: without what `.sourceignore` files and `ignore` leave out. Throws
 * `archive-…`.
 */
export async function repackLayer(input: {
  readonly layer: Uint8Array;
  readonly ignore: string | undefined;
}): Promise<PackedSource> {
  const all = readTar(await expand(input.layer));
  const text = new TextDecoder();
  const ignoreFiles = all.filter((file) => file.path.split("/").at(-1) === ignoreFileName);
  const belongs = sourceFilter(
    new Map(ignoreFiles.map((file) => [file.path, text.decode(file.bytes)])),
    input.ignore,
  );
  const files = all
    .filter((file) => belongs(file.path))
    .map((file) => ({ ...file, identity: digestOf(file.bytes) }));
  return { bytes: await packFiles(files), files };
}
