import type { PackedBlueprint } from "./pack.ts";

/** Where a Blueprint's folder came from, as far as it is known. */
export interface BlueprintSource {
  /** `https://…/blueprints.git`, or the checkout's own name. */
  readonly repository?: string | undefined;
  /** Git commit id. */
  readonly commit?: string | undefined;
  /** The folder in the repository: `platform/static-site`. */
  readonly folder: string;
}

/** How it was packed: an SLSA v1 predicate. It holds no time, so the same source gives the same document. */
export function provenanceOf(
  packed: PackedBlueprint,
  source: BlueprintSource,
): Readonly<Record<string, unknown>> {
  const { repository, commit, folder } = source;
  const resolved =
    repository === undefined
      ? []
      : [{ uri: `git+${repository}`, ...(commit === undefined ? {} : { digest: { gitCommit: commit } }) }];
  return {
    buildDefinition: {
      buildType: "https://catalyst.openova.io/build/blueprint-pack/v1",
      externalParameters: { blueprint: packed.name, version: packed.version, folder },
      internalParameters: {},
      resolvedDependencies: resolved,
    },
    runDetails: { builder: { id: "https://catalyst.openova.io/builder/blueprint/v1" } },
  };
}
