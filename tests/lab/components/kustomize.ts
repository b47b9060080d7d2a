import type { Component } from "../component.ts";

/** Kustomize, whose output `catalyst kustomize build` equals. */
export const kustomize: Component = {
  name: "kustomize",
  version: "5.8.1",
  source: {
    kind: "go",
    module: "sigs.k8s.io/kustomize/kustomize/v5",
    moduleVersion: "v5.8.1",
    programs: { kustomize: "." },
    variables: { "sigs.k8s.io/kustomize/api/provenance.version": "v5.8.1" },
  },
};
