import { takeLongTurn } from "@catalyst/base/turns";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { entriesInVersionAsked, hasConversionWebhook } from "../conversion/convert.ts";
import { StatusError } from "../machinery/index.ts";
import { type Answer, jsonHeaders } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { expired, unauthorized } from "../request/errors.ts";
import { renderObject, table } from "../request/render.ts";
import { type Change, type ChangeType, eventLine } from "../storage/change.ts";
import { bytesOf, type Entry } from "../storage/entry.ts";
import { EventQueue, pieceSize } from "./event-queue.ts";
import { invalidOptions, reach, revisionOf } from "./revision.ts";
import { type Selection, selectionOf } from "./selection.ts";

/** An object's event before it takes the reader's form; `change` is undefined for one of the watch's beginning. */
interface EntryEvent {
  readonly type: ChangeType;
  readonly entry: Entry;
  readonly change: Change | undefined;
}

type WatchEvent =
  | EntryEvent
  | { readonly type: "BOOKMARK"; readonly revision: number; readonly initial: boolean }
  | { readonly type: "ERROR"; readonly error: StatusError };

/** Answers a watch. Throws StatusError 400, 410 (the version is no longer held), 422, 504. */
export async function watch(call: Call): Promise<Answer> {
  const selection = selectionOf(call);
  const collection = call.cluster.collection(call.kind);
  const bookmarks = isTrue(call.query.get("allowWatchBookmarks"));
  const initial = readInitial(call, bookmarks);
  const revision = revisionOf(call);
  if (revision !== undefined) await reach(call, revision);
  const fromSnapshot = initial ?? (revision === undefined || revision === 0);
  const { storage, longRequests } = call.parts;
  const missed = fromSnapshot ? [] : storage.history.after(revision ?? storage.revision);
  if (missed === undefined) throw tooOld(revision!, storage.history.compacted);

  const queue = new EventQueue<WatchEvent>(
    () => ({ type: "ERROR", error: expired("the watch fell too far behind: list again") }),
    () => {
      collection.listeners.delete(listener);
      longRequests.delete(watcher);
      clearTimeout(timer);
      call.request.signal?.removeEventListener("abort", abort);
    },
  );
  const seen = seenBefore(selection);
  const listener = (change: Change) => {
    const type = change.seenBy(seen);
    if (type !== undefined) queue.push({ type, entry: change.entry, change });
  };
  const abort = () => queue.end();
  const watcher = {
    call,
    verb: "watch",
    bookmark: () => {
      if (bookmarks) queue.push({ type: "BOOKMARK", revision: storage.revision, initial: false });
    },
    end: () => queue.end({ type: "ERROR", error: unauthorized() }),
    close: abort,
  };
  const timer = endAfter(call, abort);
  // the list as it is now: taken before another change can come, read as the reader takes it
  const snapshot = fromSnapshot ? collection.list(selection.namespace) : undefined;
  queue.begin(firstEvents(call, selection, snapshot, missed));
  if (initial === true) queue.push({ type: "BOOKMARK", revision: storage.revision, initial: true });
  collection.listeners.add(listener);
  longRequests.add(watcher);
  if (call.request.signal?.aborted) abort();
  call.request.signal?.addEventListener("abort", abort, { once: true });
  return { type: "response", response: streamed(call, selection, queue) };
}

/** What an event must show to be queued; where objects are converted the rest is looked at when it is read. */
function seenBefore({ afterConversion, mayMatch, matches }: Selection): (entry: Entry) => boolean {
  return afterConversion ? mayMatch : matches;
}

function* firstEvents(
  call: Call,
  selection: Selection,
  fromSnapshot: readonly Entry[] | undefined,
  missed: readonly Change[],
): Iterable<WatchEvent> {
  const seen = seenBefore(selection);
  for (const entry of fromSnapshot ?? []) {
    if (seen(entry)) yield { type: "ADDED", entry, change: undefined };
  }
  const collection = call.cluster.collection(call.kind);
  for (const change of missed) {
    if (change.collection !== collection) continue;
    const type = change.seenBy(seen);
    if (type !== undefined) yield { type, entry: change.entry, change };
  }
}

/** `sendInitialEvents` with its rules; undefined when it isn't asked for. */
function readInitial(call: Call, bookmarks: boolean): boolean | undefined {
  const text = call.query.get("sendInitialEvents");
  const match = call.query.get("resourceVersionMatch");
  if (text === null) {
    if (match === null) return undefined;
    const message =
      "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    invalidOptions([{ reason: "FieldValueForbidden", message, field: "resourceVersionMatch" }]);
  }
  if (match !== "NotOlderThan") {
    const message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    invalidOptions([{ reason: "FieldValueForbidden", message, field: "resourceVersionMatch" }]);
  }
  if (isTrue(text) && !bookmarks) {
    const message = "Forbidden: sendInitialEvents requires setting allowWatchBookmarks to true";
    invalidOptions([{ reason: "FieldValueForbidden", message, field: "sendInitialEvents" }]);
  }
  return isTrue(text);
}

/** Ends the stream after `timeoutSeconds`; without it a socket's watch ends after 30 to 60 minutes, as upstream's. */
function endAfter(call: Call, end: () => void): NodeJS.Timeout | undefined {
  const given = Number(call.query.get("timeoutSeconds") ?? 0);
  const inProcess = call.request.remoteAddress === undefined;
  if (!(given > 0) && inProcess) return undefined;
  const seconds = given > 0 ? given : 1800 + call.parts.random() * 1800;
  const timer = setTimeout(end, Math.min(seconds, 86_400) * 1000);
  timer.unref();
  return timer;
}

function streamed(call: Call, selection: Selection, queue: EventQueue<WatchEvent>) {
  if (call.request.remoteAddress === undefined) {
    return { status: 200, headers: jsonHeaders, items: documents(call, selection, queue) };
  }
  return { status: 200, headers: jsonHeaders, body: lines(call, selection, queue) };
}

async function* documents(
  call: Call,
  selection: Selection,
  queue: EventQueue<WatchEvent>,
): AsyncIterable<unknown> {
  const print = printer(call);
  for await (const events of queue) {
    if (events.length >= pieceSize) await takeLongTurn();
    for (const event of await convertedEvents(call, selection, events)) yield print(event);
  }
}

/** Events with their objects in the version that is watched; an ERROR in place of those that can't be converted. */
async function convertedEvents(
  call: Call,
  selection: Selection,
  events: readonly WatchEvent[],
): Promise<readonly WatchEvent[]> {
  if (!hasConversionWebhook(call)) return events;
  const shown: WatchEvent[] = [];
  for (const event of events) {
    try {
      const one = "entry" in event ? await convertedEvent(call, selection, event) : event;
      if (one !== undefined) shown.push(one);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      shown.push({ type: "ERROR", error });
    }
  }
  return shown;
}

/** An event as the reader sees it; undefined when what it shows isn't selected. Throws StatusError 500. */
async function convertedEvent(
  call: Call,
  selection: Selection,
  event: EntryEvent,
): Promise<EntryEvent | undefined> {
  const { entry, change } = event;
  const previous = selection.afterConversion ? change?.previous : undefined;
  const [now, before] = await entriesInVersionAsked(call, previous ? [entry, previous] : [entry]);
  const matches = (each: Entry) => selection.matches(each === previous ? before! : now!);
  let type: ChangeType | undefined = event.type;
  if (selection.afterConversion) type = change ? change.seenBy(matches) : matches(entry) ? type : undefined;
  if (type === undefined) return undefined;
  return { type, entry: now!, change: now === entry ? change : undefined };
}

/** Lines for a socket. What all readers get alike is printed once for all. */
async function* lines(
  call: Call,
  selection: Selection,
  queue: EventQueue<WatchEvent>,
): AsyncIterable<Uint8Array> {
  const print = printer(call);
  const asStored =
    call.accepted.form === "object" &&
    call.cluster.kinds.storedApiVersion(call.kind) === call.kind.apiVersion;
  const line = (event: WatchEvent): Buffer => {
    if (asStored && "entry" in event && isAsShown(call, event.entry.object)) {
      return event.change?.line(event.type) ?? eventLine(event.type, bytesOf(event.entry));
    }
    return Buffer.from(`${JSON.stringify(print(event))}\n`);
  };
  for await (const queued of queue) {
    const events = await convertedEvents(call, selection, queued);
    for (let start = 0; start < events.length; start += pieceSize) {
      if (events.length >= pieceSize) await takeLongTurn();
      yield Buffer.concat(events.slice(start, start + pieceSize).map(line));
    }
  }
}

/** A custom kind's object may be stored in an older version, or without defaults of today. */
function isAsShown({ cluster, kind }: Call, object: KubeObject): boolean {
  return kind.custom === undefined || cluster.view(kind, object) === object;
}

/** Gives events the form the caller accepts. A Table has its head in the first event only. */
function printer(call: Call): (event: WatchEvent) => unknown {
  let headed = false;
  return (event) => {
    if (event.type === "ERROR") return { type: "ERROR", object: event.error.toStatus() };
    const object = event.type === "BOOKMARK" ? bookmarkObject(call, event) : event.entry.object;
    if (call.accepted.form !== "table") {
      return { type: event.type, object: event.type === "BOOKMARK" ? object : renderObject(call, object) };
    }
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? "" };
    const first = !headed;
    headed = true;
    return { type: event.type, object: table(call, [call.cluster.view(call.kind, object)], metadata, first) };
  };
}

function bookmarkObject(
  { kind, accepted }: Call,
  event: { readonly revision: number; readonly initial: boolean },
): KubeObject {
  const annotations = event.initial ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(event.revision), ...annotations };
  const type =
    accepted.form === "metadata"
      ? { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1" }
      : { kind: kind.kind, apiVersion: kind.apiVersion };
  return { ...type, metadata: { name: "", ...metadata } };
}

function tooOld(asked: number, compacted: number): StatusError {
  return expired(`too old resource version: ${asked} (${compacted})`);
}

function isTrue(text: string | null): boolean {
  return text === "true" || text === "1";
}
