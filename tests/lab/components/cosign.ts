import type { Component } from "../component.ts";

/** Cosign, which must accept what Catalyst signs and make what Catalyst verifies. */
export const cosign: Component = {
  name: "cosign",
  version: "3.1.3",
  source: {
    kind: "go",
    module: "github.com/sigstore/cosign/v3",
    moduleVersion: "v3.1.3",
    programs: { cosign: "cmd/cosign" },
    variables: { "sigs.k8s.io/release-utils/version.gitVersion": "v3.1.3" },
  },
};
