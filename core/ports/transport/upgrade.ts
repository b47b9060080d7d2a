import type { Duplex } from "node:stream";
import type { Headers } from "./handler.ts";

/** The protocol a request asks to go on with on its connection, in lower case; undefined when it asks for none. */
export function asksUpgrade(headers: Headers): string | undefined {
  const options = (headers["connection"] ?? "").toLowerCase().split(",");
  if (!options.some((option) => option.trim() === "upgrade")) return undefined;
  return headers["upgrade"]?.toLowerCase();
}

/**
 * Lets two connections be one: what comes from either goes to the other, each direction ends by itself, and when
 * one breaks the other does too.
 */
export function joinConnections(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  endTogether(one, other);
  endTogether(other, one);
}

function endTogether(gone: Duplex, left: Duplex): void {
  gone.once("error", () => left.destroy());
  gone.once("close", () => {
    // What came before the end may still be on its way out.
    if (gone.readableEnded && !left.writableFinished) left.once("finish", () => left.destroy());
    else left.destroy();
  });
}
