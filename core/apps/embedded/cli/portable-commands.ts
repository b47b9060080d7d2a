import type { CommandEntry } from "./command.ts";

/**
 * The commands that need neither a checkout nor a Sovereign on this machine, in the order of the help: what the
 * container image has.
 */
export const portableCommands: readonly CommandEntry[] = [
  {
    name: "recover releases",
    summary: "Correct stuck HelmReleases of any cluster with Flux",
    load: async () => (await import("../commands/recover-releases.ts")).recoverReleasesCommand,
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
    name: "chart lint",
    summary: "Check a chart, as helm does",
    load: async () => (await import("../commands/chart-lint.ts")).chartLint,
  },
  {
    name: "chart package",
    summary: "Pack a chart, reproducibly",
    load: async () => (await import("../commands/chart-package.ts")).chartPackage,
  },
  {
    name: "chart verify",
    summary: "Check who signed a packed chart, and that it is the one they signed",
    load: async () => (await import("../commands/chart-verify.ts")).chartVerify,
  },
  {
    name: "chart dependency build",
    summary: "Get the charts a chart depends on",
    load: async () => (await import("../commands/chart-dependency-build.ts")).chartDependencyBuild,
  },
  {
    name: "chart dependency update",
    summary: "Choose the versions of the charts a chart depends on anew, and get them",
    load: async () => (await import("../commands/chart-dependency-update.ts")).chartDependencyUpdate,
  },
  {
    name: "chart dependency list",
    summary: "List a chart's dependencies and whether it has them",
    load: async () => (await import("../commands/chart-dependency-list.ts")).chartDependencyList,
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
