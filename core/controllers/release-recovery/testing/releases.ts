import { rfc3339 } from "@catalyst/base/clock";
import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";

/** When the tests' clocks begin: a whole second, in milliseconds. */
export const start = Date.parse("2026-06-01T12:00:00Z");

export const minutes = (count: number) => count * 60_000;

/** `count` minutes before the tests' beginning, RFC 3339. */
export const ago = (count: number) => rfc3339(start - minutes(count));

export function ready(status: Condition["status"], since: string, more: Partial<Condition> = {}): Condition {
  return {
    type: "Ready",
    status,
    reason: "Progressing",
    message: "Running 'install' action with timeout of 5m0s",
    lastTransitionTime: since,
    observedGeneration: 1,
    ...more,
  };
}

/** One entry of a HelmRelease's history. */
export function snapshot(status = "deployed", version = 1): ReleaseSnapshot {
  return {
    name: "site",
    namespace: "shop",
    version,
    status,
    chartName: "site",
    chartVersion: "1.0.0",
    digest: "sha256:0",
    configDigest: "sha256:0",
    firstDeployed: ago(20),
    lastDeployed: ago(20),
  };
}

export interface ReleaseParts {
  readonly metadata?: Partial<HelmRelease["metadata"]>;
  readonly spec?: Partial<HelmRelease["spec"]>;
  readonly status?: HelmRelease["status"];
}

/** One that Helm deployed and whose Ready was lost ten minutes ago, unless `parts` say something else. */
export function stuckRelease(parts: ReleaseParts = {}): HelmRelease {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { namespace: "shop", name: "site", generation: 1, ...parts.metadata },
    spec: { interval: "1h", chartRef: { kind: "OCIRepository", name: "site" }, ...parts.spec },
    status: {
      observedGeneration: 1,
      lastAttemptedGeneration: 1,
      conditions: [ready("Unknown", ago(10))],
      history: [snapshot()],
      ...parts.status,
    },
  };
}

/** The metadata of a Secret of Helm's, as a list of metadata has it. */
export function helmSecret(
  status: string,
  { version = 1, since = 10, name = "site" }: { version?: number; since?: number; name?: string } = {},
): KubeObject {
  const createdAt = String((start - minutes(since)) / 1000);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace: "shop",
      creationTimestamp: ago(since),
      labels: { owner: "helm", name, status, version: String(version), createdAt },
    },
  };
}
