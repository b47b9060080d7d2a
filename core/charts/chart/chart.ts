import type { ManifestHead } from "../render/manifests.ts";
import type { TemplateSet } from "../template/index.ts";
import type { Value } from "../template/values.ts";
import type { ChartMetadata } from "./metadata.ts";

export interface ChartFile {
  /** Path below the chart's folder, with slashes. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A loaded chart. It isn't changed by rendering, so that one can be rendered many times. */
export interface Chart {
  readonly metadata: ChartMetadata;
  readonly templates: readonly ChartFile[];
  /** What isn't a template, a subchart or one of Helm's own files: `.Files`, crds, README. */
  readonly files: readonly ChartFile[];
  /** Every file as it was loaded, for `show`, packing and release records. */
  readonly raw: readonly ChartFile[];
  readonly values: Map<string, Value>;
  readonly schema: Uint8Array | undefined;
  readonly lock: string | undefined;
  readonly dependencies: readonly Chart[];
  /** Templates compiled for a set of enabled subcharts, by that set. */
  readonly compiled: Map<string, TemplateSet>;
  /** What sorting learned of rendered objects, by their text: a plan is rendered again with few changes. */
  readonly heads: Map<string, ManifestHead>;
}
