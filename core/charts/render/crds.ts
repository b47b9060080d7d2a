import { isCatalystError } from "@catalyst/base/errors";
import type { Capabilities } from "../chart/capabilities.ts";
import type { ActiveChart } from "../chart/dependencies.ts";
import { readYaml } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import { GoError, type Value } from "../template/values.ts";
import { splitManifests } from "./manifests.ts";

/** A CustomResourceDefinition of a chart's crds folder, as it is there. */
export interface CrdFile {
  readonly path: string;
  readonly content: string;
}

/**
 * What becomes of a chart's definitions before its objects are made: nothing, those are created that aren't there,
 * or all are created or replaced. Flux's words.
 */
export type CrdPolicy = "Skip" | "Create" | "CreateReplace";

/** A kind as the cluster will serve it. */
interface DefinedKind {
  readonly group: string;
  readonly kind: string;
  /** As API versions are told: `example.com/v1`, `example.com/v1/Thing`. */
  readonly apiVersions: readonly string[];
}

/** The definitions of a chart and of the subcharts that take part. */
export function crdsOf(active: ActiveChart): CrdFile[] {
  return crdFiles(active).map(({ path, data }) => ({ path, content: decodeBytes(data) }));
}

/**
 * Capabilities with what a chart's own definitions add, since they are installed before its templates are rendered.
 * Under `Create` a kind that is served already stays as it is.
 */
export function withCrds(capabilities: Capabilities, active: ActiveChart, policy: CrdPolicy): Capabilities {
  const files = policy === "Skip" ? [] : crdFiles(active);
  if (files.length === 0) return capabilities;
  const served = new Set(capabilities.apiVersions);
  const isServed = ({ group, kind }: DefinedKind) =>
    capabilities.apiVersions.some((name) => name.startsWith(`${group}/`) && name.endsWith(`/${kind}`));
  const added = files
    .flatMap(({ data }) => definedIn(data))
    .filter((defined) => policy === "CreateReplace" || !isServed(defined));
  for (const { apiVersions } of added) for (const name of apiVersions) served.add(name);
  return { ...capabilities, apiVersions: [...served] };
}

function crdFiles(active: ActiveChart, path = active.name): { path: string; data: Uint8Array }[] {
  const own = active.chart.files
    .filter(({ name }) => name.startsWith("crds/") && /\.(ya?ml|json)$/i.test(name))
    .map(({ name, data }) => ({ path: `${path}/${name}`, data }));
  return [
    ...own,
    ...active.dependencies.flatMap((subchart) => crdFiles(subchart, `${path}/charts/${subchart.name}`)),
  ];
}

/** By the file's bytes: a loaded chart is rendered many times, and definitions are large. */
const known = new WeakMap<Uint8Array, readonly DefinedKind[]>();

function definedIn(data: Uint8Array): readonly DefinedKind[] {
  const found = known.get(data) ?? splitManifests(decodeBytes(data)).flatMap(definedBy);
  known.set(data, found);
  return found;
}

/** A document that isn't a definition defines nothing; whoever installs it says what is wrong with it. */
function definedBy(text: string): DefinedKind[] {
  const document = documentOf(text);
  if (at(document, "kind") !== "CustomResourceDefinition") return [];
  const spec = at(document, "spec");
  const [group, kind, versions] = [at(spec, "group"), at(at(spec, "names"), "kind"), at(spec, "versions")];
  if (typeof group !== "string" || typeof kind !== "string" || !Array.isArray(versions)) return [];
  const apiVersions = versions.flatMap((version) => {
    const name = at(version, "name");
    if (typeof name !== "string" || at(version, "served") !== true) return [];
    const hasScale = at(at(version, "subresources"), "scale") !== undefined;
    const kinds = hasScale ? [kind, "Scale"] : [kind];
    return [`${group}/${name}`, ...kinds.map((one) => `${group}/${name}/${one}`)];
  });
  return [{ group, kind, apiVersions }];
}

function documentOf(text: string): Value {
  try {
    return readYaml(text);
  } catch (error) {
    if (error instanceof GoError || isCatalystError(error)) return undefined;
    throw error;
  }
}

function at(value: Value, key: string): Value {
  return value instanceof Map ? value.get(key) : undefined;
}
