import type { Fields } from "../../resources/fields.ts";
import { fieldPath, withFields } from "./field-path.ts";

/** One object sent to an API server, which would store it or say what is wrong with it. */
export interface Case {
  readonly name: string;
  /** What is there before; absent for a create. */
  readonly stored?: Fields;
  /** What the stored object's status is; as a create leaves it when absent. */
  readonly status?: Fields;
  /** The part of the object that an update goes to; absent for the object itself. */
  readonly subresource?: string;
  /** Fields by path, set in `object` or in what is stored; `undefined` takes one out. */
  readonly fields: Readonly<Fields>;
  /** What a create sends, before `fields`. */
  readonly object?: Fields;
}

/** The cases of one kind, named as in `apps/v1/Deployment`; of a kind with very many, those of one topic. */
export interface KindCorpus {
  readonly kind: string;
  readonly topic?: string;
  readonly cases: readonly Case[];
}

/**
 * What shall be tried of an object. A path with a list: each value once, in a case of its own. A name in plain words
 * with an object: those paths together, in one case.
 */
export type Table = Readonly<Record<string, readonly unknown[] | Readonly<Fields>>>;

/** Makes the cases of creating `base`, as it is and with each line of the table changed. */
export function mutations(base: Fields, table: Table, prefix = ""): readonly Case[] {
  const whole = { name: `${prefix}as it is`, object: base, fields: {} };
  return [whole, ...variants(table).map(([name, fields]) => ({ name: prefix + name, object: base, fields }))];
}

/** What the changes of a table begin with, besides the object. */
export interface Before {
  readonly status?: Fields;
  readonly subresource?: string;
}

/** Makes the cases of updating `stored` with each line of the table changed. */
export function changes(
  stored: Fields,
  table: Table,
  before: Before = {},
  prefix = "update: ",
): readonly Case[] {
  return variants(table).map(([name, fields]) => ({ name: prefix + name, stored, fields, ...before }));
}

/** Puts a path before all paths of a table. */
export function under(path: string, table: Table): Table {
  const below = (key: string) => (key.startsWith("[") ? `${path}${key}` : `${path}.${key}`);
  const moved = Object.entries(table).map(([key, given]) => {
    if (Array.isArray(given)) return [below(key), given];
    return [key, Object.fromEntries(Object.entries(given).map(([inner, value]) => [below(inner), value]))];
  });
  return Object.fromEntries(moved) as Table;
}

/** The cases of one topic of a kind. Throws TypeError as `kindCorpus` does. */
export function topicCorpus(kind: string, topic: string, ...cases: readonly (readonly Case[])[]): KindCorpus {
  return { ...kindCorpus(kind, ...cases), topic };
}

/** Checks that every case of a kind has a name of its own. Throws TypeError. */
export function kindCorpus(kind: string, ...cases: readonly (readonly Case[])[]): KindCorpus {
  const all = cases.flat();
  const names = new Set<string>();
  for (const { name } of all) {
    if (names.has(name)) throw new TypeError(`${kind} has two cases named ${name}`);
    names.add(name);
  }
  return { kind, cases: all };
}

function variants(table: Table): readonly (readonly [string, Readonly<Fields>])[] {
  return Object.entries(table).flatMap(([key, given]) =>
    Array.isArray(given)
      ? given.map((value) => [`${key} = ${shown(value)}`, { [key]: value }] as const)
      : [[key, given as Readonly<Fields>] as const],
  );
}

const longestShown = 120;

/** A value in a case's name; a long one by its beginning, its end and its length. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  if (text.length <= longestShown) return text;
  return `${text.slice(0, 60)} … ${text.slice(-40)} (${text.length})`;
}

/** The object that a case sends; `held` is what the server holds before an update. */
export function sent({ object, fields }: Case, held: Fields | undefined): Fields {
  return withFields(held ?? object ?? {}, fields);
}

export interface Reply {
  readonly status: number;
  readonly body: Fields;
  /** Texts of the Warning headers, in their order. */
  readonly warnings: readonly string[];
}

/** A server that cases can be tried at, without leaving anything there. */
export interface DryServer {
  /** Answers a create, which isn't stored. */
  create(kind: string, object: Fields): Promise<Reply>;
  /** Has an object to be changed; `status` as written by its controller. */
  hold(kind: string, object: Fields, status: Fields | undefined): Promise<Fields>;
  /** Answers an update of what `hold` gave, which isn't stored. */
  update(kind: string, object: Fields, subresource: string | undefined): Promise<Reply>;
  /** Forgets what `hold` gave. */
  drop(kind: string, object: Fields): Promise<void>;
}

/** What is kept of an answer: small enough to be read in a diff. */
export type Verdict = Readonly<Record<string, unknown>>;

/** Tries all cases of a kind at a server; gives what it says to each, by the case's name. */
export async function tryCases(server: DryServer, corpus: KindCorpus): Promise<Record<string, Verdict>> {
  const verdicts: Record<string, Verdict> = {};
  const held = new Map<string, Fields>();
  const made = new Map<string, Fields>();
  for (const one of corpus.cases) {
    if (one.stored === undefined) {
      const reply = await server.create(corpus.kind, sent(one, undefined));
      const key = JSON.stringify(one.object);
      verdicts[one.name] = verdictOf(reply, made.get(key));
      if (reply.status < 300 && !made.has(key)) made.set(key, reply.body);
      continue;
    }
    const key = JSON.stringify([one.stored, one.status]);
    const before =
      held.get(key) ?? (await server.hold(corpus.kind, named(one.stored, held.size), one.status));
    held.set(key, before);
    const reply = await server.update(corpus.kind, sent(one, before), one.subresource);
    verdicts[one.name] = verdictOf(reply, before);
  }
  for (const object of held.values()) await server.drop(corpus.kind, object);
  return verdicts;
}

/** Objects that are held at the same time need names of their own. */
function named(object: Fields, count: number): Fields {
  const { name } = object["metadata"] as { readonly name: string };
  return count === 0 ? object : withFields(object, { "metadata.name": `${name}-${count}` });
}

/** What is kept of an answer; `before` is the object it changed. */
export function verdictOf(reply: Reply, before: Fields | undefined): Verdict {
  const { status, body } = reply;
  // What is refused is refused: what else was on the way isn't compared.
  if (status >= 300) return { status, ...refusal(body) };
  const warnings = reply.warnings.length === 0 ? {} : { warnings: reply.warnings };
  const now = flat(body);
  const then = before === undefined ? new Map<string, unknown>() : flat(before);
  const set = [...now].filter(([path, value]) => !then.has(path) || then.get(path) !== value);
  const gone = [...then.keys()].filter((path) => !now.has(path)).sort();
  return {
    status,
    ...(set.length === 0 ? {} : { set: Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1))) }),
    ...(gone.length === 0 ? {} : { gone }),
    ...warnings,
  };
}

/** The causes say everything: the message repeats them, in no particular order. */
function refusal(body: Fields): Fields {
  const { reason, message, details } = body as {
    readonly reason?: string;
    readonly message?: string;
    readonly details?: { readonly causes?: readonly Readonly<Record<string, string>>[] };
  };
  const causes = details?.causes ?? [];
  if (causes.length === 0) return { reason, message };
  const lines = causes.map(
    (cause) => `${cause["field"]} | ${cause["reason"]} | ${printed(cause["message"])}`,
  );
  return { reason, causes: [...new Set(lines)].sort() };
}

/**
 * Upstream prints the Go form of an object, with the names of its internal type, and the difference of two such forms;
 * neither is compared.
 */
function printed(message = ""): string {
  return message
    .replace(/\n@@ .*$/s, "")
    .replace(uid, "<uid>")
    .replace(/^((?:Invalid|Duplicate|Unsupported) value): \{.*?\}(: |$)(?!.*\})/s, "$1: <object>$2")
    .replace(/^((?:Invalid|Duplicate|Unsupported) value): \[.*\](: |$)/s, "$1: <list>$2");
}

/** What differs from try to try. */
const changing = new Set(["uid", "resourceVersion", "creationTimestamp", "managedFields"]);

/** The fields of an object by their path; what is empty is a field too. */
function flat(object: Fields): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const visit = (value: unknown, path: readonly (string | number)[]) => {
    if (path[0] === "metadata" && changing.has(String(path[1]))) return;
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const isList = Array.isArray(value);
    for (const [key, item] of entries) visit(item, [...path, isList ? Number(key) : key]);
    if (entries.length === 0 && value !== undefined) fields.set(fieldPath(path), leaf(value));
  };
  visit(object, []);
  return fields;
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function leaf(value: unknown): unknown {
  if (typeof value === "string") return moment.test(value) ? "<time>" : value.replace(uid, "<uid>");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
