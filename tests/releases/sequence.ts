import type { HelmRelease } from "@catalyst/ports/flux";
import type { ClusterClient } from "@catalyst/ports/kubernetes";

type Spec = Partial<HelmRelease["spec"]>;

/**
 * Flux's own looks at what it waits for at once and every five seconds then. An action that is to succeed gets so long
 * that a look which comes late on a busy machine isn't its last; one that is to run out of time, two looks more than it
 * needs to see how things are.
 */
export const generousTimeout = "40s";
export const shortTimeout = "12s";

/**
 * One thing done to a release, after which its reconciler is waited for. Several of these in one step come to the
 * reconciler at once.
 */
export interface Step {
  /** What is done, in plain words: it names the step in the golden file. */
  readonly title: string;
  /** A new chart: its version and its files by path. */
  readonly chart?: { readonly version: string; readonly files: Readonly<Record<string, string>> };
  /** Fields of the spec that are set; those that are undefined go. */
  readonly spec?: { readonly [Field in keyof Spec]: Spec[Field] | undefined };
  /** Does something else in the cluster first. */
  readonly edit?: (client: ClusterClient) => Promise<unknown>;
  /** Commands of the helm program, run before the reconciler sees anything; `CHART` is the chart pushed last. */
  readonly helm?: readonly (readonly string[])[];
  /** Fails before anything is stored, so it is tried again without end: it is looked at after the first attempt. */
  readonly isEndless?: boolean;
  /** Fails and is tried again long after: nothing more happens meanwhile. */
  readonly isRetried?: boolean;
  /** The HelmRelease is deleted. */
  readonly deleted?: boolean;
}

/** What is done to one release, step by step: the same to ours and to Flux's own. */
export interface Sequence {
  /** Names the golden file. */
  readonly name: string;
  readonly steps: readonly Step[];
}
