import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import type { ObjectId, Signature } from "@catalyst/ports/git";

export type ObjectType = "commit" | "tree" | "blob";

/** A Git object as it is sent: its kind, its raw content and its id. */
export interface NewObject {
  readonly id: ObjectId;
  readonly type: ObjectType;
  readonly content: Uint8Array;
}

/** One entry of a tree. `mode` as the object format writes it (`40000` for a tree). */
export interface TreeItem {
  readonly name: string;
  readonly mode: string;
  readonly id: ObjectId;
}

export const treeMode = "40000";

/** Makes an object; its id is the SHA-1 over `<type> <size>\0<content>`. */
export function newObject(type: ObjectType, content: Uint8Array): NewObject {
  const id = createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
  return { id, type, content };
}

/** Makes a tree. Git's order: bytes of the names, a tree's name counting as if it ended in `/`. */
export function treeObject(items: readonly TreeItem[]): NewObject {
  const key = (item: TreeItem) => Buffer.from(item.mode === treeMode ? `${item.name}/` : item.name);
  const parts = [...items]
    .sort((a, b) => Buffer.compare(key(a), key(b)))
    .flatMap((item) => [Buffer.from(`${item.mode} ${item.name}\0`), Buffer.from(item.id, "hex")]);
  return newObject("tree", Buffer.concat(parts));
}

export interface CommitContent {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Seconds since the epoch, written in UTC. */
  readonly seconds: number;
  readonly message: string;
}

/** Makes a commit. */
export function commitObject(commit: CommitContent): NewObject {
  const signed = (who: Signature) => `${plain(who.name)} <${plain(who.email)}> ${commit.seconds} +0000`;
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signed(commit.author)}`,
    `committer ${signed(commit.committer)}`,
    "",
    commit.message,
  ];
  return newObject("commit", Buffer.from(lines.join("\n")));
}

/** Packs objects whole, without deltas; source of the format: gitformat-pack, version 2. */
export function packOf(objects: readonly NewObject[]): Buffer {
  const head = Buffer.alloc(12);
  head.write("PACK");
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const bodies = objects.flatMap((object) => [
    entryHeader(packTypes[object.type], object.content.length),
    deflateSync(object.content),
  ]);
  const pack = Buffer.concat([head, ...bodies]);
  return Buffer.concat([pack, createHash("sha1").update(pack).digest()]);
}

const packTypes: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 };

/** Type and size: four bits of the size in the first byte, seven in each one after. */
function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (type << 4) | (size & 15);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, byte]);
}

/** Angle brackets and control characters would end a signature early. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[<>\0-\x1f\x7f]/g, "").trim() || "unknown";
}
