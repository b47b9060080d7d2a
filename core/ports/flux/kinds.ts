import type { Condition, KubeObject, ResourceType } from "../kubernetes/index.ts";

/** What the status of every Flux object holds. */
export interface FluxStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly lastHandledReconcileAt?: string;
}

export interface Artifact {
  readonly url: string;
  readonly path: string;
  readonly revision: string;
  readonly digest?: string;
  readonly lastUpdateTime: string;
  readonly size?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface GitRepository extends KubeObject {
  readonly spec: {
    readonly url: string;
    readonly interval: string;
    readonly ref?: {
      readonly branch?: string;
      readonly tag?: string;
      readonly semver?: string;
      readonly name?: string;
      readonly commit?: string;
    };
    readonly secretRef?: { readonly name: string };
    readonly suspend?: boolean;
    readonly timeout?: string;
    readonly ignore?: string;
  };
  readonly status?: FluxStatus & { readonly artifact?: Artifact; readonly observedIgnore?: string };
}

export interface OciRepository extends KubeObject {
  readonly spec: {
    readonly url: string;
    readonly interval: string;
    readonly ref?: { readonly tag?: string; readonly semver?: string; readonly digest?: string };
    readonly layerSelector?: { readonly mediaType?: string; readonly operation?: "extract" | "copy" };
    readonly verify?: {
      readonly provider: "cosign" | "notation";
      readonly secretRef?: { readonly name: string };
    };
    readonly secretRef?: { readonly name: string };
    readonly insecure?: boolean;
    readonly ignore?: string;
    readonly serviceAccountName?: string;
    readonly suspend?: boolean;
    readonly timeout?: string;
  };
  readonly status?: FluxStatus & {
    readonly artifact?: Artifact;
    readonly observedIgnore?: string;
    readonly observedLayerSelector?: { readonly mediaType?: string; readonly operation?: "extract" | "copy" };
  };
}

/** One result of a Kustomization's build, newest first. */
export interface KustomizationHistoryEntry {
  /** Of what was built. */
  readonly digest: string;
  readonly firstReconciled: string;
  readonly lastReconciled: string;
  readonly lastReconciledDuration: string;
  readonly lastReconciledStatus: string;
  readonly totalReconciliations: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Labels and annotations that every object gets. */
export interface CommonMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Hooks go through post-renderers with all else, by themselves, or not at all. */
export type PostRenderStrategy = "combined" | "separate" | "nohooks";

/** A change of what a chart gives, before it is applied. */
export interface PostRenderer {
  readonly kustomize?: {
    readonly patches?: readonly {
      readonly patch: string;
      readonly target?: Readonly<Record<string, string>>;
    }[];
    readonly images?: readonly {
      readonly name: string;
      readonly newName?: string;
      readonly newTag?: string;
      readonly digest?: string;
    }[];
  };
}

export interface Kustomization extends KubeObject {
  readonly spec: {
    readonly interval: string;
    readonly path?: string;
    readonly prune: boolean;
    readonly sourceRef: ObjectReference;
    readonly targetNamespace?: string;
    readonly wait?: boolean;
    readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
    readonly suspend?: boolean;
    readonly timeout?: string;
    readonly retryInterval?: string;
    readonly force?: boolean;
    readonly deletionPolicy?: "MirrorPrune" | "Delete" | "WaitForTermination" | "Orphan";
    readonly commonMetadata?: CommonMetadata;
    readonly healthChecks?: readonly ObjectReference[];
    readonly postBuild?: {
      readonly substitute?: Readonly<Record<string, string>>;
      readonly substituteFrom?: readonly {
        readonly kind: "ConfigMap" | "Secret";
        readonly name: string;
        readonly optional?: boolean;
      }[];
      readonly substituteStrategy?: "WithVariables" | "Always";
    };
    readonly [field: string]: unknown;
  };
  readonly status?: FluxStatus & {
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
    readonly inventory?: { readonly entries: readonly { readonly id: string; readonly v: string }[] };
    readonly history?: readonly KustomizationHistoryEntry[];
  };
}

/** One entry of a HelmRelease's history, newest first. */
export interface ReleaseSnapshot {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly status: string;
  readonly chartName: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  readonly digest: string;
  readonly configDigest: string;
  readonly ociDigest?: string;
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly deleted?: string;
  readonly apiVersion?: string;
  /** What made this entry: install, upgrade, rollback, uninstall, uninstall-remediation. */
  readonly action?: string;
  readonly testHooks?: Readonly<
    Record<
      string,
      { readonly lastStarted?: string; readonly lastCompleted?: string; readonly phase?: string }
    >
  >;
}

export interface HelmRelease extends KubeObject {
  readonly spec: {
    readonly interval: string;
    readonly chartRef?: ObjectReference;
    readonly releaseName?: string;
    readonly targetNamespace?: string;
    readonly storageNamespace?: string;
    readonly dependsOn?: readonly {
      readonly name: string;
      readonly namespace?: string;
      readonly readyExpr?: string;
    }[];
    readonly values?: Readonly<Record<string, unknown>>;
    readonly valuesFrom?: readonly {
      readonly kind: "Secret" | "ConfigMap";
      readonly name: string;
      readonly valuesKey?: string;
      readonly targetPath?: string;
      readonly literal?: boolean;
      readonly optional?: boolean;
    }[];
    readonly install?: Readonly<Record<string, unknown>>;
    readonly upgrade?: Readonly<Record<string, unknown>>;
    readonly rollback?: Readonly<Record<string, unknown>>;
    readonly uninstall?: Readonly<Record<string, unknown>>;
    readonly test?: Readonly<Record<string, unknown>>;
    /** What every object of the release gets. */
    readonly commonMetadata?: CommonMetadata;
    /** What is done to all that the chart gives, in turn, before it gets the common metadata. */
    readonly postRenderers?: readonly PostRenderer[];
    readonly postRenderStrategy?: PostRenderStrategy;
    readonly maxHistory?: number;
    readonly timeout?: string;
    readonly suspend?: boolean;
    readonly [field: string]: unknown;
  };
  readonly status?: FluxStatus & {
    readonly history?: readonly ReleaseSnapshot[];
    readonly lastAttemptedRevision?: string;
    readonly lastAttemptedRevisionDigest?: string;
    readonly lastAttemptedGeneration?: number;
    readonly lastAttemptedConfigDigest?: string;
    readonly lastAttemptedReleaseAction?: string;
    readonly lastHandledForceAt?: string;
    readonly lastHandledResetAt?: string;
    readonly inventory?: { readonly entries: readonly { readonly id: string; readonly v: string }[] };
    /** Of the common metadata that was released last. */
    readonly observedCommonMetadataDigest?: string;
    /** Of the post-renderers that were released last. */
    readonly observedPostRenderersDigest?: string;
    readonly failures?: number;
    readonly installFailures?: number;
    readonly upgradeFailures?: number;
    readonly storageNamespace?: string;
  };
}

const source = { group: "source.toolkit.fluxcd.io", version: "v1", namespaced: true } as const;

export const gitRepositories: ResourceType<GitRepository> = {
  ...source,
  kind: "GitRepository",
  plural: "gitrepositories",
};
export const ociRepositories: ResourceType<OciRepository> = {
  ...source,
  kind: "OCIRepository",
  plural: "ocirepositories",
};
export const kustomizations: ResourceType<Kustomization> = {
  group: "kustomize.toolkit.fluxcd.io",
  version: "v1",
  namespaced: true,
  kind: "Kustomization",
  plural: "kustomizations",
};
export const helmReleases: ResourceType<HelmRelease> = {
  group: "helm.toolkit.fluxcd.io",
  version: "v2",
  namespaced: true,
  kind: "HelmRelease",
  plural: "helmreleases",
};
