import type { ApplicationSpec } from "@catalyst/model/application";
import type { BlueprintManifest } from "@catalyst/model/blueprint";
import { labels } from "@catalyst/model/label";
import { applicationSecretName, applicationsNamespace, connectionSecretName } from "@catalyst/model/naming";
import type { HelmRelease, OciRepository } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { setPath } from "./paths.ts";
import { secretPlaceholder, secretValues, valuesFrom } from "./secret-values.ts";
import { chartValues, type DependencyValues, type PlatformFacts } from "./values.ts";

/** The media type of the layer that holds the chart; Helm's own. */
export const chartLayerMediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** The Secret, in the Applications' namespace, that holds the public keys releases are verified by. */
export const blueprintKeysSecret = "blueprint-keys";

/** How an Environment's Flux reaches the registry. */
export interface ReleaseSource {
  /** `oci://host[:port]/blueprints/bp-static-site`. */
  readonly url: string;
  /** Plain HTTP; on loopback only. */
  readonly insecure: boolean;
}

/** A dependency met by an Application of the same Environment. */
export interface BoundDependency {
  readonly alias: string;
  readonly application: string;
}

export interface ExpansionInput {
  readonly name: string;
  readonly spec: ApplicationSpec;
  readonly manifest: BlueprintManifest;
  readonly dependencies: readonly BoundDependency[];
  readonly platform: Omit<PlatformFacts, "application" | "connectionSecret">;
  readonly source: ReleaseSource;
}

/** A Secret that must stand in this Application's namespace as well. */
export interface SecretMirror {
  readonly name: string;
  /** Where the original is. */
  readonly namespace: string;
}

/** What an Application stands for in its Environment's cluster. */
export interface Expansion {
  /** Where its workloads and its Helm storage are. */
  readonly namespace: KubeObject;
  readonly source: OciRepository;
  readonly release: HelmRelease;
  /** What the chart is planned with: those of the release, and placeholders for what it takes from a Secret. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly mirrors: readonly SecretMirror[];
}

/** Labels of everything that belongs to an Application. */
export function applicationLabels(
  input: Pick<ExpansionInput, "name" | "spec" | "platform">,
): Readonly<Record<string, string>> {
  return {
    [labels.managedBy]: "catalyst",
    [labels.sovereign]: input.platform.sovereign,
    [labels.organization]: input.platform.organization,
    [labels.environment]: input.platform.environment,
    [labels.application]: input.name,
    [labels.blueprint]: input.spec.blueprint.name,
    [labels.blueprintVersion]: input.spec.blueprint.version.replaceAll("+", "_"),
  };
}

/**
 * Expands an Application's ten lines to the objects that carry it out. Pure: the plan and the application
 * controller both use it, so what was planned is what is applied.
 */
export function expandApplication(input: ExpansionInput): Expansion {
  const { name, spec } = input;
  const own = applicationLabels(input);
  const dependencies: Record<string, DependencyValues> = {};
  for (const bound of input.dependencies) {
    dependencies[bound.alias] = {
      application: bound.application,
      connectionSecret: connectionSecretName(bound.application),
    };
  }
  const platform: PlatformFacts = {
    ...input.platform,
    application: name,
    connectionSecret: connectionSecretName(name),
  };
  const values = { ...chartValues(input.manifest.spec, spec, platform, dependencies) };
  const planned = structuredClone(values);
  for (const value of secretValues(input.manifest.spec, spec)) {
    // what stands in a release itself would go before what it takes from a Secret
    setPath(values, value.path.split("."), undefined);
    setPath(planned, value.path.split("."), secretPlaceholder(value));
  }
  return {
    namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: own } },
    source: ociRepository(input, own),
    release: helmRelease(input, own, values),
    values: planned,
    mirrors: mirrorsOf(input),
  };
}

/** Flux takes values from the namespace of the release; what the chart's own objects refer to must be in theirs. */
function mirrorsOf({ name, spec, manifest, dependencies }: ExpansionInput): readonly SecretMirror[] {
  const connections = dependencies.map(({ application }) => ({
    name: connectionSecretName(application),
    namespace: application,
  }));
  const refersToSecrets = manifest.spec.values?.some(
    ({ secret }) => secret !== undefined && spec.secrets?.[secret] !== undefined,
  );
  if (refersToSecrets !== true) return connections;
  return [...connections, { name: applicationSecretName(name), namespace: applicationsNamespace }];
}

function ociRepository(input: ExpansionInput, own: Readonly<Record<string, string>>): OciRepository {
  return {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "OCIRepository",
    metadata: { name: input.name, namespace: applicationsNamespace, labels: own },
    spec: {
      url: input.source.url,
      interval: "10m",
      ref: { digest: input.spec.blueprint.digest },
      layerSelector: { mediaType: chartLayerMediaType, operation: "copy" },
      verify: { provider: "cosign", secretRef: { name: blueprintKeysSecret } },
      ...(input.source.insecure ? { insecure: true } : {}),
      ...(input.spec.suspended === true ? { suspend: true } : {}),
    },
  };
}

function helmRelease(
  input: ExpansionInput,
  own: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): HelmRelease {
  const { name, spec } = input;
  const taken = valuesFrom(name, secretValues(input.manifest.spec, spec));
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name, namespace: applicationsNamespace, labels: own },
    spec: {
      interval: "10m",
      timeout: "5m",
      chartRef: { kind: "OCIRepository", name },
      releaseName: name,
      targetNamespace: name,
      storageNamespace: name,
      dependsOn: input.dependencies.map((bound) => ({ name: bound.application })),
      install: { strategy: { name: "RetryOnFailure", retryInterval: "1m" } },
      upgrade: { strategy: { name: "RetryOnFailure", retryInterval: "1m" } },
      values,
      ...(taken.length === 0 ? {} : { valuesFrom: taken }),
      ...(spec.suspended === true ? { suspend: true } : {}),
    },
  };
}
