import type { Component } from "../component.ts";

const commit = "v0.0.0-20260831232431-97274622c111";

/** The OCI distribution specification's own suite; it is published by commit only. */
export const ociConformance: Component = {
  name: "oci-conformance",
  version: commit,
  source: {
    kind: "go",
    module: "github.com/opencontainers/distribution-spec/conformance",
    moduleVersion: commit,
    programs: { "oci-conformance": "." },
  },
};
