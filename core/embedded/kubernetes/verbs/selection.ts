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
  matches(entry: Entry): boolean;
}

/** Reads namespace, labelSelector and fieldSelector. Throws StatusError 400. */
export function selectionOf(call: Call): Selection {
  const { route, query, kind } = call;
  const labels = parsed(query.get("labelSelector"), parseLabelSelector);
  const fields = parsed(query.get("fieldSelector"), (text) => parseFieldSelector(kind, text));
  const prefix = route.namespace === undefined ? undefined : `${route.namespace}/`;
  return {
    namespace: route.namespace,
    everything: labels === undefined && fields === undefined,
    matches: (entry) =>
      (prefix === undefined || entry.key.startsWith(prefix)) && matchesAll(entry, labels, fields),
  };
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
