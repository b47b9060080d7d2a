import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { describeError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { parseBlueprint, readFolder } from "@catalyst/blueprint/folder";
import { packBlueprint, publishBlueprint } from "@catalyst/blueprint/release";
import type { SigningKey } from "@catalyst/blueprint/signature";
import type { Registry } from "@catalyst/ports/oci";

/** Repositories of Blueprints lie below it. */
export const blueprintPrefix = "blueprints";

export interface PublishCheckoutOptions {
  /** The folder that holds `platform/` and `products/`. */
  readonly checkout: string;
  readonly registry: Registry;
  readonly key: SigningKey;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Packs, signs and publishes the Blueprints of a checkout. What is published already stays; one that can't be
 * published is left out with its reason in the log, and the others go on.
 */
export async function publishCheckout(options: PublishCheckoutOptions): Promise<readonly string[]> {
  const published: string[] = [];
  for (const folder of await blueprintFolders(options.checkout)) {
    try {
      const blueprint = parseBlueprint(await readFolder(join(options.checkout, folder)));
      const { registry, key, clock } = options;
      const release = await publishBlueprint(blueprint, packBlueprint(blueprint), {
        registry,
        key,
        clock,
        prefix: blueprintPrefix,
        source: { folder },
      });
      if (release.created) published.push(`${release.repository}:${release.tag}`);
    } catch (error) {
      options.logger.warn("a Blueprint of the checkout wasn't published", {
        folder,
        error: describeError(error),
      });
    }
  }
  return published;
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
