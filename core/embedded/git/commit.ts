import { CatalystError } from "@catalyst/base/errors";
import type { ObjectId } from "@catalyst/ports/git";
import type { StoredObject } from "./object-reader.ts";

export interface ParsedSignature {
  readonly name: string;
  readonly email: string;
  /** RFC 3339 with the signer's own offset. */
  readonly date: string;
}

export interface ParsedCommit {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: ParsedSignature;
  readonly committer: ParsedSignature;
  readonly message: string;
}

/** Reads a commit object; source of the format: git's `cat-file commit`. Throws `git-object-invalid`. */
export function parseCommit(object: StoredObject): ParsedCommit {
  const text = object.bytes.toString("utf8");
  const end = text.indexOf("\n\n");
  const header = (end < 0 ? text : text.slice(0, end)).split("\n");
  const values = (name: string) =>
    header.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [tree] = values("tree");
  if (object.type !== "commit" || tree === undefined) {
    throw new CatalystError("git-object-invalid", `${object.id} is not a commit`);
  }
  return {
    id: object.id,
    tree,
    parents: values("parent"),
    author: parseSignature(values("author")[0] ?? ""),
    committer: parseSignature(values("committer")[0] ?? ""),
    message: end < 0 ? "" : text.slice(end + 2),
  };
}

function parseSignature(text: string): ParsedSignature {
  const match = /^(.*?) ?<([^>]*)> (-?\d+) ([+-])(\d\d)(\d\d)$/.exec(text);
  if (match === null) return { name: text, email: "", date: "1970-01-01T00:00:00Z" };
  const [, name = "", email = "", seconds, sign = "+", hours = "00", minutes = "00"] = match;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const local = new Date((Number(seconds) + offset * 60) * 1000);
  const zone = offset === 0 ? "Z" : `${sign}${hours}:${minutes}`;
  return { name, email, date: `${local.toISOString().slice(0, 19)}${zone}` };
}
