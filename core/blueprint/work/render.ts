import { isObject } from "@catalyst/base/json";
import {
  type ArchivedChart,
  clusterCapabilities,
  type LookupKey,
  loadedChart,
  lookupText,
  type Manifest,
  NeedsLookup,
  renderChart,
  seededRandom,
} from "@catalyst/charts";
import { readDocuments } from "@catalyst/kustomize";
import type { KubeObject, ServedApis } from "@catalyst/ports/kubernetes";

/** When `now` is, in plans: a plan must be the same each time it is made. */
const planTime = Date.UTC(2000, 0, 1);

/** Everything a plan's rendering needs, as data. */
export interface PlanRendering extends ArchivedChart {
  /** The release's name and namespace. */
  readonly name: string;
  readonly revision: number;
  readonly isUpgrade: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** Generated secrets follow from it. */
  readonly seed: string;
  /** What the cluster serves; undefined: it isn't there yet, and Helm's own is assumed. */
  readonly served: ServedApis | undefined;
  /** What becomes of the chart's own definitions before. */
  readonly crds: "Create" | "Skip";
  /** Look-ups that were fetched, by `lookupText`; null: the cluster has none. */
  readonly lookups: ReadonlyMap<string, unknown>;
}

export type PlanRenderingOutcome =
  | { readonly outcome: "rendered"; readonly objects: readonly KubeObject[] }
  /** Fetch this and render again with the same input. */
  | { readonly outcome: "needs-lookup"; readonly key: LookupKey };

/** Renders a release's objects as they would be installed, or upgraded to. Throws what a chart's rendering throws. */
export function renderObjects(input: PlanRendering): PlanRenderingOutcome {
  try {
    const rendered = renderChart({
      chart: loadedChart(input),
      values: input.values,
      release: {
        name: input.name,
        namespace: input.name,
        revision: input.revision,
        isUpgrade: input.isUpgrade,
      },
      random: seededRandom(input.seed),
      now: () => planTime,
      capabilities: input.served && clusterCapabilities(input.served.version, input.served.apiVersions),
      crds: input.crds,
      lookup: (key) => input.lookups.get(lookupText(key)),
    });
    return { outcome: "rendered", objects: rendered.manifests.flatMap(objectsOf) };
  } catch (error) {
    if (error instanceof NeedsLookup) return { outcome: "needs-lookup", key: error.key };
    throw error;
  }
}

/** A manifest's objects as Flux applies them: with the meaning that Kustomize sees in them, and lists taken apart. */
function objectsOf({ content, path }: Manifest): readonly KubeObject[] {
  return readDocuments(content, path, "json").flatMap(itemsOf) as unknown as readonly KubeObject[];
}

function itemsOf(value: unknown): readonly unknown[] {
  if (!isObject(value)) return [];
  const { kind, items } = value;
  const isList = typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
  return isList ? items.flatMap(itemsOf) : [value];
}
