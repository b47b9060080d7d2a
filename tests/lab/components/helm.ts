import type { Component } from "../component.ts";
import { ownProgram } from "./own-program.ts";

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
    // As its own Makefile sets them, after the Kubernetes library it is built with.
    variables: {
      "helm.sh/helm/v3/internal/version.version": "v3.22.0",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "37",
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor": "37",
    },
  },
};

/** Helm 4's own template engine as a process that answers case after case. */
export const templateEngine = ownProgram("template-engine", {
  variables: { "helm.sh/helm/v4/internal/version.version": "v4.3.1" },
});
