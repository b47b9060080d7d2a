import { fixed, type GoFunction, GoObject, TypedList, typedList, type Value } from "../template/values.ts";
import { chartInvalid } from "./errors.ts";

export interface KubeVersion {
  /** As given, with `v`: v1.33.4-gke.1245000. */
  readonly version: string;
  /** Without suffixes; empty for one that a cluster says, which Helm leaves as it is. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** What the charts may learn of the cluster they are rendered for. */
export interface Capabilities {
  readonly kubeVersion: KubeVersion;
  readonly apiVersions: readonly string[];
}

/** The Helm whose behaviour and output is matched. */
export const helmVersion = "v4.3.1";

/** Reads a Kubernetes version such as 1.36, v1.36.3 or v1.33.4-gke.1. Throws `chart-invalid`. */
export function parseKubeVersion(text: string): KubeVersion {
  const match = /^\s*v?([0-9]+)((?:\.[0-9]+)+)[^0-9.].*$|^\s*v?([0-9]+)((?:\.[0-9]+)+)\s*$/.exec(text);
  const major = match?.[1] ?? match?.[3];
  const rest = match?.[2] ?? match?.[4] ?? "";
  if (major === undefined) {
    throw chartInvalid(`invalid kube version '${text}': could not parse ${JSON.stringify(text)} as version`);
  }
  return {
    version: text.startsWith("v") ? text : `v${text}`,
    normalized: `v${major}${rest}`,
    major,
    minor: rest.split(".")[1] ?? "0",
  };
}

/** The version that charts' ranges are compared with, and that a template prints. */
export function comparedVersion({ version, normalized }: KubeVersion): string {
  return normalized === "" ? version : normalized;
}

/** What a cluster says of itself at `/version`. */
export interface ClusterVersion {
  readonly gitVersion: string;
  readonly major: string;
  readonly minor: string;
}

/** What charts learn of a cluster that serves these. */
export function clusterCapabilities(
  { gitVersion, major, minor }: ClusterVersion,
  apiVersions: readonly string[],
): Capabilities {
  return { kubeVersion: { version: gitVersion, normalized: "", major, minor }, apiVersions };
}

/** What `helm template` assumes without a cluster. */
export const defaultCapabilities: Capabilities = {
  kubeVersion: parseKubeVersion("v1.37.0"),
  apiVersions: knownGroups().flatMap(([group, versions]) =>
    versions.split(" ").map((version) => (group === "" ? version : `${group}/${version}`)),
  ),
};

/** The API versions Helm 4.3's client library knows, in its order. */
function knownGroups(): [string, string][] {
  return [
    ["", "v1"],
    ["admissionregistration.k8s.io", "v1 v1alpha1 v1beta1"],
    ["internal.apiserver.k8s.io", "v1alpha1"],
    ["apps", "v1 v1beta1 v1beta2"],
    ["authentication.k8s.io", "v1 v1alpha1 v1beta1"],
    ["authorization.k8s.io", "v1 v1beta1"],
    ["autoscaling", "v1 v2"],
    ["batch", "v1 v1beta1"],
    ["certificates.k8s.io", "v1 v1beta1 v1alpha1"],
    ["coordination.k8s.io", "v1alpha2 v1beta1 v1"],
    ["discovery.k8s.io", "v1 v1beta1"],
    ["events.k8s.io", "v1 v1beta1"],
    ["extensions", "v1beta1"],
    ["flowcontrol.apiserver.k8s.io", "v1 v1beta1 v1beta2 v1beta3"],
    ["lifecycle.k8s.io", "v1alpha1"],
    ["networking.k8s.io", "v1 v1beta1"],
    ["node.k8s.io", "v1 v1alpha1 v1beta1"],
    ["policy", "v1 v1beta1"],
    ["rbac.authorization.k8s.io", "v1 v1beta1 v1alpha1"],
    ["resource.k8s.io", "v1 v1beta2 v1beta1 v1alpha3"],
    ["scheduling.k8s.io", "v1alpha3 v1beta1 v1"],
    ["storage.k8s.io", "v1beta1 v1 v1alpha1"],
    ["storagemigration.k8s.io", "v1 v1beta1"],
    ["apiextensions.k8s.io", "v1beta1 v1"],
  ];
}

/** A struct with named fields. */
class Struct extends GoObject {
  override readonly goType: string;
  override readonly isPointer: boolean;
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(goType: string, fields: readonly (readonly [string, Value])[]) {
    super();
    this.goType = goType;
    this.isPointer = goType.startsWith("*");
    this.#fields = new Map(fields);
  }

  override field(name: string): Value {
    return this.#fields.get(name);
  }

  override fields(): readonly (readonly [string, Value])[] {
    return [...this.#fields];
  }
}

class KubeVersionValue extends Struct {
  readonly #version: KubeVersion;
  readonly #isDetached: boolean;

  constructor(version: KubeVersion, isDetached = false) {
    super("common.KubeVersion", [
      ["Version", version.version],
      ["normalizedVersion", version.normalized],
      ["Major", version.major],
      ["Minor", version.minor],
    ]);
    this.#version = version;
    this.#isDetached = isDetached;
  }

  override method(name: string): GoFunction | undefined {
    if (this.#isDetached) return undefined;
    if (name === "String") return fixed([], () => comparedVersion(this.#version));
    return name === "GitVersion" ? fixed([], () => this.#version.version) : undefined;
  }

  override printAddressed(): string | undefined {
    return this.#isDetached ? undefined : comparedVersion(this.#version);
  }

  override copy(): GoObject {
    return new KubeVersionValue({ ...this.#version, normalized: "" }, true);
  }

  override detached(): GoObject {
    return new KubeVersionValue(this.#version, true);
  }

  /** Without what isn't exported. */
  override toJson(): Value {
    const { version, major, minor } = this.#version;
    return new Map([
      ["Version", version],
      ["Major", major],
      ["Minor", minor],
    ]);
  }
}

/** The list of API versions, which knows `Has`. */
class VersionSet extends TypedList {
  override method(name: string): GoFunction | undefined {
    return name === "Has" ? fixed(["string"], ([version]) => this.includes(version)) : undefined;
  }
}

class HelmVersionValue extends Struct {
  override toJson(): Value {
    return new Map([
      ["version", helmVersion],
      ["go_version", goVersion],
      ["kube_client_version", "v1.37"],
    ]);
  }
}

const goVersion = "go1.26.8";

/** Gives `.Capabilities` as templates see it. */
export function capabilitiesValue(capabilities: Capabilities): Value {
  const versions = new VersionSet();
  versions.push(...typedList("", capabilities.apiVersions));
  versions.goType = "common.VersionSet";
  return new Struct("*common.Capabilities", [
    ["KubeVersion", new KubeVersionValue(capabilities.kubeVersion)],
    ["APIVersions", versions],
    [
      "HelmVersion",
      new HelmVersionValue("version.BuildInfo", [
        ["Version", helmVersion],
        ["GitCommit", ""],
        ["GitTreeState", ""],
        ["GoVersion", goVersion],
        ["KubeClientVersion", "v1.37"],
      ]),
    ],
  ]);
}
