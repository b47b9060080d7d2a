import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { type Digest, digestOf } from "@catalyst/base/digest";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Catalog } from "@catalyst/blueprint/catalog";
import { type FileTree, parseBlueprint, readFolder } from "@catalyst/blueprint/folder";
import type { SigningKey } from "@catalyst/blueprint/signature";
import type { KeyValue } from "@catalyst/ports/events";
import type { Registry } from "@catalyst/ports/oci";

/** Repositories of Blueprints lie below it. */
export const blueprintPrefix = "blueprints";

export interface PublishCheckoutOptions {
  /** The folder that holds `platform/` and `products/`. */
  readonly checkout: string;
  readonly registry: Registry;
  /** As the registry has it now. */
  readonly catalog: Catalog;
  /** What was published of which folder, by its path in the checkout. */
  readonly remembered: KeyValue;
  readonly key: SigningKey;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of one folder of a checkout. */
export interface FolderOutcome {
  readonly folder: string;
  /** `unchanged`: its release is in the catalog, verified, and was made of these very files. */
  readonly outcome: "published" | "unchanged" | "refused";
}

/** The release that was made of a folder, and what of the folder it was made of. */
interface RememberedRelease {
  readonly files: Digest;
  readonly name: string;
  readonly version: string;
  readonly release: Digest;
}

/** A folder without the chart that its own one wraps, and the refusal of these files. */
interface RememberedHollow {
  readonly files: Digest;
  readonly hollow: string;
}

type Remembered = RememberedRelease | RememberedHollow;

/**
 * Packs, signs and publishes the Blueprints of a checkout. What is published already stays; one that can't be
 * published is left out with its reason in the log, and the others go on.
 */
export async function publishCheckout(options: PublishCheckoutOptions): Promise<readonly FolderOutcome[]> {
  const outcomes: FolderOutcome[] = [];
  for (const folder of await blueprintFolders(options.checkout)) {
    try {
      outcomes.push({ folder, outcome: await publishFolder(folder, options) });
    } catch (error) {
      options.logger.warn(notPublished, { folder, error: describeError(error) });
      outcomes.push({ folder, outcome: "refused" });
    }
  }
  return outcomes;
}

const notPublished = "a Blueprint of the checkout wasn't published";

async function publishFolder(
  folder: string,
  options: PublishCheckoutOptions,
): Promise<FolderOutcome["outcome"]> {
  const { checkout, catalog, remembered, logger } = options;
  const tree = await readFolder(join(checkout, folder));
  const files = digestOfTree(tree);
  const before = (await remembered.get(folder))?.value as Remembered | undefined;
  const isSame = before?.files === files;
  if (isSame && "release" in before && isVerified(catalog, before)) return "unchanged";
  const now = isSame && "hollow" in before ? before : await releaseOf(folder, tree, files, options);
  if (now !== before) await remembered.put(folder, now);
  if ("release" in now) return "published";
  // A checkout is without the charts of others until somebody fetches them.
  logger.info(notPublished, { folder, error: now.hollow });
  return "refused";
}

/** Publishes a folder, unless it is hollow. */
async function releaseOf(
  folder: string,
  tree: FileTree,
  files: Digest,
  { registry, key, clock }: PublishCheckoutOptions,
): Promise<Remembered> {
  // Packing loads much that a start with nothing new to publish doesn't need.
  const { packBlueprint, publishBlueprint } = await import("@catalyst/blueprint/release");
  try {
    const blueprint = parseBlueprint(tree);
    const packed = packBlueprint(blueprint);
    const source = { folder };
    const to = { registry, key, clock, prefix: blueprintPrefix, source };
    const { digest } = await publishBlueprint(blueprint, packed, to);
    return { files, name: packed.name, version: packed.version, release: digest };
  } catch (error) {
    if (!isCatalystError(error, "blueprint-hollow")) throw error;
    return { files, hollow: describeError(error) };
  }
}

function isVerified(catalog: Catalog, { name, version, release }: RememberedRelease): boolean {
  return catalog
    .releases(name)
    .some((known) => known.version === version && known.digest === release && known.verified);
}

/** Equal for equal paths with equal contents. */
function digestOfTree(files: FileTree): Digest {
  const lines = [...files].map(([path, bytes]) => `${digestOf(bytes)} ${path}`);
  return digestOf(lines.sort().join("\n"));
}

async function blueprintFolders(checkout: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const kind of ["platform", "products"]) {
    for (const name of await readdir(join(checkout, kind)).catch(() => [])) {
      const folder = `${kind}/${name}`;
      const isBlueprint = await access(join(checkout, folder, "blueprint.yaml")).then(
        () => true,
        () => false,
      );
      if (isBlueprint) found.push(folder);
    }
  }
  return found.sort();
}
