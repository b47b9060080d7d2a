import { type Verdict, verdictOf } from "../machinery/conformance/corpus/corpus.ts";
import type { Fields, Reply } from "./history.ts";

/** What is compared of an answer: what it changed of the object, and of who owns what. */
export type Answer = Verdict;

/** The answers to the steps of a history, each by what differs from the object before. */
export function answersOf(replies: readonly Reply[]): readonly Answer[] {
  let before: Fields | undefined;
  let owned = new Map<string, string>();
  return replies.map((reply) => {
    const body = settled(reply.body);
    const other = body["kind"] === "Status" || body["kind"] === "Scale";
    const from = other ? undefined : (before as Record<string, unknown> | undefined);
    const verdict = withoutPatched(verdictOf({ status: reply.status, body, warnings: [] }, from));
    if (reply.status >= 300 || other) return verdict;
    const now = managersOf(body);
    const took = [...now].filter(([manager, fields]) => owned.get(manager) !== fields);
    const left = [...owned.keys()].filter((manager) => !now.has(manager));
    before = body;
    owned = now;
    return {
      ...verdict,
      ...(took.length === 0 ? {} : { owns: Object.fromEntries(took) }),
      ...(left.length === 0 ? {} : { ownsNothing: left }),
    };
  });
}

/** A patch that leaves no object is refused with what it leaves, which differs in uid and times. */
function withoutPatched(verdict: Verdict): Verdict {
  const causes = verdict["causes"] as readonly string[] | undefined;
  if (causes === undefined) return inOrder(verdict);
  const left = /^(patch \| \w+ \| Invalid value): ".*": (?=[a-z])/s;
  // Nothing and an empty map are read as the same here, and printed so.
  const none = /(Invalid value): null(?=:|$)/;
  return {
    ...verdict,
    causes: causes.map((cause) => cause.replace(left, "$1: <object>: ").replace(none, "$1: <object>")),
  };
}

/** Several faults of what is applied are told in no particular order. */
function inOrder(verdict: Verdict): Verdict {
  const [first, ...lines] = String(verdict["message"] ?? "").split("\n");
  return lines.length === 0 ? verdict : { ...verdict, message: [first, ...lines.sort()].join("\n") };
}

/** Managers in the order of their names: the order of an object's list depends on the second it was written in. */
function managersOf(body: Fields): Map<string, string> {
  const { managedFields = [] } = body["metadata"] as { readonly managedFields?: readonly Fields[] };
  const entries = managedFields.map((entry): [string, string] => {
    const { manager, operation, apiVersion, subresource = "", fieldsV1 } = entry;
    return [[manager, operation, apiVersion, subresource].join(" ").trim(), sorted(fieldsV1)];
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** An address or a uid that a server gave out is as good as another. */
function settled(body: Fields): Record<string, unknown> {
  if (body["kind"] === "Status") {
    const { uid: _uid, ...details } = (body["details"] ?? {}) as Fields;
    return { ...body, details };
  }
  const spec = body["spec"] as Fields | undefined;
  if (body["kind"] !== "Service" || spec === undefined) return body as Record<string, unknown>;
  const { clusterIP, clusterIPs } = spec;
  const given = (address: unknown) => (/^10\./.test(String(address)) ? "<address>" : address);
  return {
    ...body,
    spec: {
      ...spec,
      ...(clusterIP === undefined ? {} : { clusterIP: given(clusterIP) }),
      ...(Array.isArray(clusterIPs) ? { clusterIPs: clusterIPs.map(given) } : {}),
    },
  };
}
