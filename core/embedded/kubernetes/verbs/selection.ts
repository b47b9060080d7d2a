import { entriesInVersionAsked, hasConversionWebhook } from "../conversion/convert.ts";
import {
  type FieldSelector,
  type LabelSelector,
  parseFieldSelector,
  parseLabelSelector,
} from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import type { Entry } from "../storage/entry.ts";

/** Which objects of a collection a list, watch or deletecollection is about. */
export interface Selection {
  readonly namespace: string | undefined;
  /** Nothing but the namespace limits it. */
  readonly everything: boolean;
  /** A webhook converts the kind's objects: `matches` is asked of them in the version asked for, not as they are stored. */
  readonly afterConversion: boolean;
  /** Tells whether a stored object may match, in whatever version. */
  mayMatch(entry: Entry): boolean;
  matches(entry: Entry): boolean;
}

/** Reads namespace, labelSelector and fieldSelector. Throws StatusError 400. */
export function selectionOf(call: Call): Selection {
  const { route, query, kind } = call;
  const labels = parsed(query.get("labelSelector"), parseLabelSelector);
  const fields = parsed(query.get("fieldSelector"), (text) => parseFieldSelector(kind, text));
  const prefix = route.namespace === undefined ? undefined : `${route.namespace}/`;
  const name = fields?.required("metadata.name");
  const everything = labels === undefined && fields === undefined;
  const isInside = (entry: Entry) => prefix === undefined || entry.key.startsWith(prefix);
  return {
    namespace: route.namespace,
    everything,
    afterConversion: !everything && hasConversionWebhook(call),
    mayMatch: (entry) => isInside(entry) && (name === undefined || name === entry.object.metadata.name),
    matches: (entry) => isInside(entry) && matchesAll(entry, labels, fields),
  };
}

/** Those of a list's stored objects that are selected. Throws StatusError 500 when one can't be converted. */
export async function selected(
  call: Call,
  selection: Selection,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  if (selection.everything) return entries;
  if (!selection.afterConversion) return entries.filter(selection.matches);
  const possible = entries.filter(selection.mayMatch);
  return (await entriesInVersionAsked(call, possible)).filter(selection.matches);
}

function matchesAll(entry: Entry, labels?: LabelSelector, fields?: FieldSelector): boolean {
  return (
    (labels === undefined || labels.matches(entry.object.metadata.labels)) &&
    (fields === undefined || fields.matches(entry.object))
  );
}

function parsed<T extends { readonly everything: boolean }>(
  text: string | null,
  parse: (text: string) => T,
): T | undefined {
  if (text === null || text === "") return undefined;
  const selector = parse(text);
  return selector.everything ? undefined : selector;
}
