import { CatalystError } from "@catalyst/base/errors";
import { fromJsonValue } from "../chart/values-file.ts";
import { GoError, type Value } from "../template/values.ts";
import type { LookupKey } from "./lookup-key.ts";

/**
 * Answers a look-up from what was fetched before: the object or list, null when the cluster has none, an Error when it
 * can't be asked, undefined when it wasn't asked yet.
 */
export type Lookup = (key: LookupKey) => unknown;

/** Rendering met a look-up that wasn't fetched: fetch `key` and render again with the same seed. */
export class NeedsLookup extends CatalystError {
  readonly key: LookupKey;

  constructor(key: LookupKey) {
    super("chart-needs-lookup", `the chart looks up ${key.kind} ${key.namespace}/${key.name}`);
    this.key = key;
  }
}

/** The look-up of a rendering without a cluster: everything is absent. */
export const noLookup: Lookup = () => null;

/** Gives what the `lookup` function of templates does. Throws NeedsLookup, and GoError with an Error's words. */
export function lookupValue(lookup: Lookup, key: LookupKey): Value {
  const found = lookup(key);
  if (found === undefined) throw new NeedsLookup(key);
  if (found instanceof Error) throw new GoError(found.message);
  return found === null ? new Map() : fromJsonValue(found);
}
