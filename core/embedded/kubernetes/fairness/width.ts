import type { Call } from "../request/call.ts";

/** Objects read, and watches told of a change, that count as one seat; upstream's. */
const objectsPerSeat = 100;
const watchesPerSeat = 10;

const writing = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Seats a request takes: a list by what it reads through, a write by who watches what it changes. */
export function widthOf(
  { cluster, kind, route, query }: Pick<Call, "cluster" | "kind" | "route" | "query">,
  verb: string,
): number {
  const { size, listeners } = cluster.collection(kind);
  if (verb === "list" || (verb === "watch" && beginsWithAll(query))) {
    return route.name === undefined ? Math.ceil(size / objectsPerSeat) : 1;
  }
  return writing.has(verb) ? 1 + Math.floor(listeners.size / watchesPerSeat) : 1;
}

function beginsWithAll(query: URLSearchParams): boolean {
  return query.get("sendInitialEvents") === "true" || ["", "0", null].includes(query.get("resourceVersion"));
}
