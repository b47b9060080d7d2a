import { digestOf } from "@catalyst/base/digest";
import type { RegistryCatalog, RegistryRelease } from "@catalyst/blueprint/catalog";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { expect, test } from "vitest";
import { blueprintReader } from "./blueprint-reader.ts";

function catalogOf(spec: Partial<BlueprintSpec>, more: Partial<RegistryRelease> = {}): RegistryCatalog {
  const release: RegistryRelease = {
    name: "bp-x",
    version: "1.0.0",
    digest: digestOf("bp-x"),
    verified: true,
    yanked: false,
    repository: "blueprints/bp-x",
    files: new Map(),
    manifest: {
      apiVersion: "catalyst.openova.io/v1alpha1",
      kind: "Blueprint",
      metadata: { name: "bp-x" },
      spec: { version: "1.0.0", card: { title: "X" }, ...spec },
    },
    ...more,
  };
  return { names: () => ["bp-x"], releases: () => [release] } as unknown as RegistryCatalog;
}

test.each<[string, Partial<BlueprintSpec>, Partial<RegistryRelease>, object]>([
  ["what is verified", {}, {}, { installable: true, placementModes: ["single-region"] }],
  [
    "what isn't verified",
    {},
    { verified: false, reason: "no signature" },
    { installable: false, reason: "no signature" },
  ],
  [
    "what is part of a cluster's bootstrap kit",
    { placement: { modes: [] }, visibility: "unlisted" },
    {},
    {
      installable: false,
      reason: "bp-x 1.0.0 is part of a cluster's bootstrap kit and can't be an Application",
      visibility: "unlisted",
      placementModes: [],
    },
  ],
])("%s is shown as such", (_what, spec, more, expected) => {
  expect(blueprintReader(catalogOf(spec, more)).views()).toEqual([expect.objectContaining(expected)]);
});
