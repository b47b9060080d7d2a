import type { CommandEntry } from "./command.ts";

/** Every command that exists, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
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
];
