import { badRequest } from "../machinery/index.ts";
import type { Answer, ListMetadata } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { expired, notFound } from "../request/errors.ts";
import type { Collection } from "../storage/collection.ts";
import { type Entry, keyFor } from "../storage/entry.ts";
import { invalidOptions, reach, revisionOf } from "./revision.ts";
import { type Selection, selected, selectionOf } from "./selection.ts";

/** Answers GET of one object. */
export async function get(call: Call): Promise<Answer> {
  const revision = revisionOf(call);
  if (revision !== undefined) await reach(call, revision);
  return { type: "object", status: 200, object: stored(call).object };
}

/** The stored object a call names. Throws StatusError 404. */
export function stored(call: Call): Entry {
  const { route, cluster, kind } = call;
  const entry = cluster.collection(kind).get(keyFor(route.namespace, route.name!));
  if (entry === undefined) throw notFound(kind, route.name!);
  return entry;
}

/** Where a list goes on: after `key` in the list as it was at `revision`, or as it is now (`nowRevision`). */
interface Position {
  readonly revision: number;
  readonly key: string;
}

/** Upstream's mark of a list that goes on with what is there now. */
const nowRevision = -1;

const inconsistent =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
  "without the continue parameter, or use the continue token in this response to retrieve the remainder of " +
  "the results. Continuing with the provided token results in an inconsistent list - objects that were " +
  "created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** Answers a list. Throws StatusError 400, 410 (a continuation or an exact version no longer held), 422, 504. */
export async function list(call: Call): Promise<Answer> {
  const collection = call.cluster.collection(call.kind);
  const selection = selectionOf(call);
  const limit = readLimit(call);
  const position = readPosition(call);
  const { revision, entries } =
    position === undefined
      ? await listNow(call, collection, selection)
      : goOn(call, collection, selection, position);
  const all = await selected(call, selection, entries);
  const page = limit === undefined ? all : all.slice(0, limit);
  const left = all.length - page.length;
  const metadata: ListMetadata = {
    resourceVersion: String(revision),
    ...(left === 0 ? {} : { continue: writePosition({ revision, key: page.at(-1)!.key }) }),
    ...(left === 0 || !selection.everything ? {} : { remainingItemCount: left }),
  };
  return { type: "list", entries: page, metadata };
}

async function listNow(call: Call, collection: Collection, selection: Selection) {
  const asked = revisionOf(call);
  const match = call.query.get("resourceVersionMatch");
  if (match !== null && asked === undefined) {
    invalidOptions([
      {
        reason: "FieldValueForbidden",
        message: "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
        field: "resourceVersionMatch",
      },
    ]);
  }
  if (asked !== undefined) await reach(call, asked);
  const { storage } = call.parts;
  if (match === "Exact" && asked !== undefined) {
    const entries = storage.snapshots.at(
      collection,
      selection.namespace ?? "",
      asked,
      call.parts.clock.now(),
    );
    if (entries === undefined) throw expired("The resourceVersion for the provided list is too old.");
    return { revision: asked, entries };
  }
  const entries = collection.list(selection.namespace);
  const revision = storage.revision;
  if (call.query.has("limit"))
    storage.snapshots.keep(collection, selection.namespace ?? "", revision, entries);
  return { revision, entries };
}

/** The rest of a list that was cut off, from the same moment as its beginning unless that is given up. */
function goOn(call: Call, collection: Collection, selection: Selection, position: Position) {
  const { storage, clock } = call.parts;
  const revision = position.revision === nowRevision ? storage.revision : position.revision;
  const entries = storage.snapshots.at(collection, selection.namespace ?? "", revision, clock.now());
  if (entries === undefined)
    throw expired(inconsistent, writePosition({ revision: nowRevision, key: position.key }));
  storage.snapshots.keep(collection, selection.namespace ?? "", revision, entries);
  const start = entries.findIndex((entry) => entry.key > position.key);
  return { revision, entries: start < 0 ? [] : entries.slice(start) };
}

function readLimit(call: Call): number | undefined {
  const text = call.query.get("limit");
  if (text === null || text === "" || text === "0") return undefined;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 0) throw badRequest(`invalid limit ${JSON.stringify(text)}`);
  return limit;
}

function readPosition(call: Call): Position | undefined {
  const token = call.query.get("continue");
  if (token === null || token === "") return undefined;
  if (![null, "", "0"].includes(call.query.get("resourceVersion"))) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, "base64url").toString()) as Record<string, unknown>;
    if (Number.isSafeInteger(rv) && typeof start === "string") return { revision: Number(rv), key: start };
  } catch {
    // Said below, as for a token that reads well and means nothing.
  }
  throw badRequest("continue key is not valid");
}

function writePosition({ revision, key }: Position): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: key })).toString("base64url");
}
