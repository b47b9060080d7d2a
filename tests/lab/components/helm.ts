import type { Component } from "../component.ts";

/** Helm 4, whose output `catalyst chart` equals. */
export const helm: Component = {
  name: "helm",
  version: "4.3.1",
  source: {
    kind: "go",
    module: "helm.sh/helm/v4",
    moduleVersion: "v4.3.1",
    programs: { helm: "cmd/helm" },
    variables: { "helm.sh/helm/v4/internal/version.version": "v4.3.1" },
  },
};

/** Helm 3, whose release storage ours is compatible with. Flux embeds Helm 4. */
export const helm3: Component = {
  name: "helm3",
  version: "3.22.0",
  source: {
    kind: "go",
    module: "helm.sh/helm/v3",
    moduleVersion: "v3.22.0",
    programs: { helm3: "cmd/helm" },
    variables: { "helm.sh/helm/v3/internal/version.version": "v3.22.0" },
  },
};
