import type { Clock } from "@catalyst/base/clock";
import type { Digest } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { Registry } from "@catalyst/ports/oci";
import type { BlueprintFolder } from "../folder/folder.ts";
import type { SigningKey } from "../signature/keys.ts";
import { attest, type SignTarget, signArtifact } from "../signature/sign.ts";
import {
  provenancePredicate,
  sbomPredicate,
  statementOf,
  withdrawalPredicate,
} from "../signature/statement.ts";
import { verifyRelease } from "../signature/verify.ts";
import type { PackedBlueprint } from "./pack.ts";
import { type BlueprintSource, provenanceOf } from "./provenance.ts";
import { billOfMaterials } from "./sbom.ts";

export interface PublishOptions {
  readonly registry: Registry;
  /** Repositories of Blueprints lie below it: `blueprints`. */
  readonly prefix: string;
  readonly key: SigningKey;
  readonly source: BlueprintSource;
  readonly clock: Clock;
}

export interface PublishedRelease {
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  /** False when this very release was there already, signed. */
  readonly created: boolean;
}

/** A version as a tag: Helm writes `+` as `_`, since tags can't hold it. */
export function versionTag(version: string): string {
  return version.replaceAll("+", "_");
}

/**
 * Publishes a packed Blueprint with signature, SBOM and provenance. The tag comes last, so a version that
 * can be found is complete; interrupted, it is simply done again. Throws `blueprint-version-exists` when the
 * version is there with other content: a release is never overwritten.
 */
export async function publishBlueprint(
  folder: BlueprintFolder,
  packed: PackedBlueprint,
  options: PublishOptions,
): Promise<PublishedRelease> {
  const { registry, key } = options;
  const repository = `${options.prefix}/${packed.name}`;
  const tag = versionTag(packed.version);
  const release = { repository, tag, digest: packed.digest };
  const existing = await registry.resolve(repository, tag);
  if (existing !== undefined && existing.digest !== packed.digest) {
    throw new CatalystError(
      "blueprint-version-exists",
      `${packed.name} ${packed.version} was published before with other content`,
      {
        hint: "Raise spec.version in blueprint.yaml and version in Chart.yaml.",
        details: { published: existing.digest, packed: packed.digest },
      },
    );
  }
  if (existing !== undefined && (await verifyRelease(registry, repository, packed.digest, [key])).verified) {
    return { ...release, created: false };
  }
  await push(registry, repository, packed);
  await signRelease(folder, packed, repository, options);
  await registry.putManifest(repository, packed.artifact, tag);
  return { ...release, created: existing === undefined };
}

async function signRelease(
  folder: BlueprintFolder,
  packed: PackedBlueprint,
  repository: string,
  { registry, key, clock, source }: PublishOptions,
): Promise<void> {
  const target: SignTarget = { registry, repository, subject: packed.artifact.descriptor };
  const predicates = [
    [sbomPredicate, billOfMaterials(folder, packed)],
    [provenancePredicate, provenanceOf(packed, source)],
  ] as const;
  for (const [type, predicate] of predicates) {
    await attest(target, statementOf(packed.digest, type, predicate, packed.name), key, clock.now());
  }
  await signArtifact(target, key, clock.now());
}

async function push(registry: Registry, repository: string, packed: PackedBlueprint): Promise<void> {
  for (const { descriptor, bytes } of packed.blobs) {
    await registry.putBlob(repository, descriptor.mediaType, bytes);
  }
  await registry.putManifest(repository, packed.artifact);
}

/** Says of a published release that it is not to be installed any more; what runs goes on running. */
export async function withdrawRelease(
  target: SignTarget,
  reason: string,
  key: SigningKey,
  clock: Clock,
): Promise<void> {
  await attest(target, statementOf(target.subject.digest, withdrawalPredicate, { reason }), key, clock.now());
}
