/** What a kind's schema can't say: where its objects come from, and an example. */
export interface KindFacts {
  /** Where the object is, and who writes it. */
  readonly where: string;
  /** One document that fits the schema. */
  readonly example: string;
  /** Reasons that its controller gives, beside the shared ones. */
  readonly reasons: Readonly<Record<string, string>>;
}

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** By kind. A test holds the examples against the schemas and the reasons against the controllers. */
export const kindFacts: Readonly<Record<string, KindFacts>> = {
  Sovereign: {
    where:
      "In the management cluster, one. Its document is `sovereign.yaml` in the repository `system/catalyst-config`; Flux applies it. An embedded Sovereign serves `localhost` and no other domain.",
    example: `apiVersion: catalyst.openova.io/v1alpha1
kind: Sovereign
metadata:
  name: sovereign
spec:
  domain: localhost
`,
    reasons: {
      DomainNotServed: "The document asks for another domain than this Sovereign serves.",
      Settled: "Nothing is under way.",
      NotStalled: "No person is needed.",
    },
  },
  Organization: {
    where:
      "In the management cluster. Its document is `organizations/<name>/organization.yaml` in the repository `system/catalyst-config`; Flux applies it.",
    example: `apiVersion: catalyst.openova.io/v1alpha1
kind: Organization
metadata:
  name: acme
spec:
  displayName: Acme
  members:
    - user: layla
      role: org-admin
    - user: sam
      role: org-developer
      environments: [acme-dev]
`,
    reasons: { Settled: "Nothing is under way." },
  },
  Environment: {
    where:
      "In the management cluster, in the namespace of its Organization. Its document is `organizations/<organization>/environments/<name>.yaml` in the repository `system/catalyst-config`; Flux applies it.",
    example: `apiVersion: catalyst.openova.io/v1alpha1
kind: Environment
metadata:
  name: acme-dev
  namespace: acme
spec:
  organization: acme
  envType: dev
  displayName: Development
`,
    reasons: { Settled: "Nothing is under way." },
  },
  Blueprint: {
    where:
      "In the management cluster, in the namespace `catalyst-catalog`. The Blueprint controller writes it from what the registry holds; nobody edits it. `spec` is the manifest of the release that is shown.",
    example: `apiVersion: catalyst.openova.io/v1alpha1
kind: Blueprint
metadata:
  name: bp-static-page
spec:
  version: 1.2.0
  card:
    title: Static page
    tagline: One page of your own.
    category: Websites
    license: Apache-2.0
  configSchema:
    type: object
    properties:
      title:
        type: string
        title: Title
        description: The headline of the page.
        default: It works
  values:
    - path: page.title
      config: title
    - path: ingress.host
      platform: host
`,
    reasons: { Unverified: "No release can be installed; the message says why." },
  },
  Application: {
    where:
      "In its Environment's cluster, in the namespace `applications`. Its document is `applications/<name>/application.yaml` in the Environment's repository; Flux applies it.",
    example: `apiVersion: catalyst.openova.io/v1alpha1
kind: Application
metadata:
  name: blog
spec:
  blueprint:
    name: bp-wordpress
    version: 1.0.0
    digest: ${digest}
  config:
    storage: 2Gi
  bindings:
    db:
      application: blog-db
`,
    reasons: {
      BlueprintUnknown: "The catalog has no release with the pinned digest.",
      BlueprintUnverified: "The pinned release isn't signed by a key this Sovereign trusts.",
      SecretNotReferenced: "It waits until Flux applies the reference to a value, `secrets.yaml`.",
      SecretNotReadable: "It waits for a value that can't be read from the secret store.",
      SecretNotSynced: "It waits until a value is read from the secret store.",
      ExpansionFailed: "Its configuration can't be turned into the chart's values.",
      Failed: "An install or a change failed; the message says of what.",
      Degraded: "It is installed, and part of it doesn't run.",
      Settled: "Nothing is under way.",
      NotStalled: "No person is needed.",
    },
  },
};
