import { quote } from "../template/quoting.ts";
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

/** Reads a Kubernetes version such as 1.36, v1.36.3 or v1.33.4-gke.1, as Kubernetes does. Throws `chart-invalid`. */
export function parseKubeVersion(text: string): KubeVersion {
  const invalid = (why: string) => chartInvalid(`invalid kube version '${text}': ${why}`);
  const shown = quote(text);
  const [, numbers] = /^\s*v?(\d+(?:\.\d+)*).*$/.exec(text) ?? [];
  if (numbers === undefined) throw invalid(`could not parse ${shown} as version`);
  const written = numbers.split(".");
  if (written.length < 2) throw invalid(`illegal version string ${shown}`);
  if (/^0\d/.test(numbers)) {
    throw invalid(`illegal zero-prefixed version component ${quote(written[0] ?? "")} in ${shown}`);
  }
  const components = written.map(BigInt);
  const at = components.findIndex((number) => BigInt.asUintN(64, number) !== number);
  if (at >= 0) {
    const component = quote(written[at] ?? "");
    const why = `strconv.ParseUint: parsing ${component}: value out of range`;
    throw invalid(`illegal non-numeric version component ${component} in ${shown}: ${why}`);
  }
  const [major, minor] = components.map(String);
  return {
    version: text.startsWith("v") ? text : `v${text}`,
    normalized: `v${components.join(".")}`,
    major: major ?? "",
    minor: minor ?? "",
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
