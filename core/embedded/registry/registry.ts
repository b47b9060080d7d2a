import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { Handler } from "@catalyst/ports/transport";
import type { RegistryAccess } from "./access.ts";
import { type ImportedImage, importArchive } from "./import/import.ts";
import { registryHandler } from "./protocol/handler.ts";
import { ContentStore } from "./storage/content.ts";
import { DurableFiles } from "./storage/durable-file.ts";
import { RepositoryStore } from "./storage/repositories.ts";
import { UploadStore } from "./storage/uploads.ts";

export interface RegistryOptions {
  /** The registry's own data folder; made when it isn't there. */
  readonly folder: string;
  readonly access: RegistryAccess;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tags that never move once set; default: none. */
  readonly immutable?: (repository: string, tag: string) => boolean;
  /** Default: 8 GiB. */
  readonly maxBlobBytes?: number;
  /** Default: 4 MiB, what the distribution specification asks registries to take at least. */
  readonly maxManifestBytes?: number;
}

/** The embedded OCI registry. */
export interface EmbeddedRegistry {
  /** Serves `/v2/`: OCI distribution 1.1. */
  readonly handler: Handler;
  /**
   * Takes the images of a tar archive (`podman save`, `docker save` or an OCI layout; gzipped or not) into
   * the registry, as `name` or as the archive names them without their registry. Throws `image-invalid`.
   */
  importImage(archive: AsyncIterable<Uint8Array>, name?: string): Promise<readonly ImportedImage[]>;
}

/** Opens (or makes) a registry in a folder that no other process uses. */
export async function openRegistry(options: RegistryOptions): Promise<EmbeddedRegistry> {
  const { folder } = options;
  const temporary = join(folder, "temporary");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const files = new DurableFiles(folder);
  const content = new ContentStore(folder, files);
  const repositories = new RepositoryStore(folder, files);
  const maxBlobBytes = options.maxBlobBytes ?? 8 * 1024 ** 3;
  const uploads = new UploadStore(folder, temporary, content, { maxBlobBytes });
  await uploads.open(options.clock.now());
  const parts = {
    content,
    repositories,
    uploads,
    maxManifestBytes: options.maxManifestBytes ?? 4 * 1024 * 1024,
    immutable: options.immutable ?? (() => false),
  };
  const limits = { maxFileBytes: maxBlobBytes, maxEntries: 10_000 };
  return {
    handler: registryHandler(parts, options.access, options.logger),
    importImage: (archive, name) => importArchive({ content, repositories, limits }, archive, name),
  };
}
