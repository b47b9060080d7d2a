import { takeLongTurn } from "@catalyst/base/turns";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Response } from "@catalyst/ports/transport";
import { type ResourceKind, tableCells, tableColumns } from "../machinery/index.ts";
import { bytesOf, type Entry } from "../storage/entry.ts";
import { type Answer, jsonHeaders, type ListMetadata } from "./answer.ts";
import type { Call } from "./call.ts";
import { notAcceptable } from "./errors.ts";

/** Gives an answer the form the caller accepts. */
export function render(call: Call, answer: Answer): Response {
  switch (answer.type) {
    case "response":
      return answer.response;
    case "document":
      if (isReview(call) && call.accepted.form !== "object") throw notAcceptable(["application/json"]);
      return respond(call, answer.status, answer.document);
    case "object":
      return respond(call, answer.status, renderObject(call, answer.object));
    case "list":
      return renderList(call, answer.entries, answer.metadata);
  }
}

/** What is answered and never stored has no Table and no metadata. */
function isReview({ route, kind }: Call): boolean {
  return route.subresource === undefined && !kind.verbs.includes("get");
}

/** A stored object in the version and form of the call. */
export function renderObject(call: Call, object: KubeObject): unknown {
  const { kind, cluster, accepted } = call;
  const shown = cluster.view(kind, object);
  switch (accepted.form) {
    case "object":
      return shown;
    case "metadata":
      return partial(shown);
    case "table":
      return table(call, [shown], { resourceVersion: object.metadata.resourceVersion ?? "" }, true);
  }
}

/** A Table (meta/v1) of objects; `headed` is false for the later events of a watch. */
export function table(
  call: Call,
  objects: readonly KubeObject[],
  metadata: ListMetadata,
  headed: boolean,
): Record<string, unknown> {
  const now = call.parts.clock.now();
  const include = call.query.get("includeObject") ?? "Metadata";
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: headed ? tableColumns(call.kind) : null,
    rows: objects.map((object) => ({
      cells: tableCells(call.kind, object, now),
      ...(include === "None" ? {} : { object: include === "Object" ? object : partial(object) }),
    })),
  };
}

function partial(object: KubeObject): Record<string, unknown> {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

function respond(call: Call, status: number, json: unknown): Response {
  if (call.warnings.length === 0) return { status, headers: jsonHeaders, json };
  const warning = [...new Set(call.warnings)].map((text) => `299 - ${JSON.stringify(text)}`).join(", ");
  return { status, headers: { ...jsonHeaders, warning }, json };
}

function renderList(call: Call, entries: readonly Entry[], metadata: ListMetadata): Response {
  const { kind, cluster, accepted } = call;
  if (accepted.form === "object") {
    const stored =
      cluster.kinds.storedApiVersion(kind) === kind.apiVersion &&
      // A custom kind's objects may be stored in an older version, or without defaults of today.
      (kind.custom === undefined || entries.every(({ object }) => cluster.view(kind, object) === object));
    if (stored && call.request.remoteAddress !== undefined) {
      return { status: 200, headers: jsonHeaders, body: listBody(kind, entries, metadata) };
    }
    const items = entries.map((entry) => cluster.view(kind, entry.object));
    return respond(call, 200, { kind: kind.listKind, apiVersion: kind.apiVersion, metadata, items });
  }
  const objects = entries.map((entry) => cluster.view(kind, entry.object));
  if (accepted.form === "table") return respond(call, 200, table(call, objects, metadata, true));
  const items = objects.map(partial);
  return respond(call, 200, {
    kind: "PartialObjectMetadataList",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    items,
  });
}

/** Objects of a list printed at a time; between two pieces others have their turn. */
const pieceSize = 250;

/** A list for a socket: made of the objects' kept JSON, piece by piece. */
async function* listBody(
  kind: ResourceKind,
  entries: readonly Entry[],
  metadata: ListMetadata,
): AsyncIterable<Uint8Array> {
  const head = JSON.stringify({ kind: kind.listKind, apiVersion: kind.apiVersion, metadata });
  yield Buffer.from(`${head.slice(0, -1)},"items":[`);
  const comma = Buffer.from(",");
  for (let start = 0; start < entries.length; start += pieceSize) {
    const parts = entries.slice(start, start + pieceSize).flatMap((entry) => [comma, bytesOf(entry)]);
    yield Buffer.concat(start === 0 ? parts.slice(1) : parts);
    await takeLongTurn();
  }
  yield Buffer.from("]}\n");
}
