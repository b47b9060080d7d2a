import type { CommandEntry } from "./command.ts";

/** Every command that exists, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "up",
    summary: "Start an embedded Sovereign",
    load: async () => (await import("../commands/up.ts")).up,
  },
  {
    name: "test",
    summary: "Run the checks and the tests",
    load: async () => (await import("../commands/test.ts")).test,
  },
  {
    name: "chart template",
    summary: "Render a chart, as helm does",
    load: async () => (await import("../commands/chart-template.ts")).chartTemplate,
  },
  {
    name: "chart show",
    summary: "Print a chart's definition, values, README or definitions of kinds",
    load: async () => (await import("../commands/chart-show.ts")).chartShow,
  },
  {
    name: "kustomize build",
    summary: "Print what a kustomization builds, as kustomize does",
    load: async () => (await import("../commands/kustomize-build.ts")).kustomizeBuild,
  },
  {
    name: "blueprint new",
    summary: "Write the folder of a new Blueprint",
    load: async () => (await import("../commands/blueprint-new.ts")).blueprintNew,
  },
  {
    name: "blueprint lint",
    summary: "Check Blueprint folders",
    load: async () => (await import("../commands/blueprint-lint.ts")).blueprintLint,
  },
  {
    name: "blueprint pack",
    summary: "Pack a Blueprint folder, the same bytes each time",
    load: async () => (await import("../commands/blueprint-pack.ts")).blueprintPack,
  },
  {
    name: "blueprint publish",
    summary: "Publish Blueprint folders, signed, with SBOM and provenance",
    load: async () => (await import("../commands/blueprint-publish.ts")).blueprintPublish,
  },
  {
    name: "blueprint verify",
    summary: "Tell whether a published Blueprint is signed by a key",
    load: async () => (await import("../commands/blueprint-verify.ts")).blueprintVerify,
  },
];
