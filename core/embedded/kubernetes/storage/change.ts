import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Collection } from "./collection.ts";
import { bytesOf, type Entry } from "./entry.ts";

/** A write to be done: `object` undefined removes. */
export interface Write {
  readonly collection: Collection;
  readonly key: string;
  readonly object: KubeObject | undefined;
  readonly previous: Entry | undefined;
  /** What a removal shows as the object's last state; by default the previous one. */
  readonly last?: KubeObject;
}

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** A change that is committed. One object serves all who watch, and so do the bytes it is sent as. */
export class Change {
  readonly collection: Collection;
  readonly revision: number;
  /** The time it was committed, milliseconds since the epoch. */
  readonly time: number;
  /** After the change; for a deletion the last state with the deletion's revision. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
  readonly deleted: boolean;
  /** How much it holds: characters of its object's JSON. */
  readonly size: number;
  readonly #lines = new Map<ChangeType, Buffer>();

  constructor(write: Write, entry: Entry, time: number, size: number) {
    this.collection = write.collection;
    this.revision = entry.revision;
    this.time = time;
    this.entry = entry;
    this.previous = write.previous;
    this.deleted = write.object === undefined;
    this.size = size;
  }

  /** How someone sees the change who only sees objects that match; undefined: not at all. */
  seenBy(matches: (entry: Entry) => boolean): ChangeType | undefined {
    const before = this.previous !== undefined && matches(this.previous);
    const after = !this.deleted && matches(this.entry);
    if (after) return before ? "MODIFIED" : "ADDED";
    return before ? "DELETED" : undefined;
  }

  /** The line of a watch that sends the stored object as it is. */
  line(type: ChangeType): Buffer {
    let line = this.#lines.get(type);
    if (line === undefined) {
      line = eventLine(type, bytesOf(this.entry));
      this.#lines.set(type, line);
    }
    return line;
  }
}

/** One line of a watch's answer. */
export function eventLine(type: string, object: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, Buffer.from("}\n")]);
}
