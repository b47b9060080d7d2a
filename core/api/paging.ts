import { CatalystError } from "@catalyst/base/errors";
import { type TSchema, Type } from "@sinclair/typebox";

/** Query of every list: a page of it, searched, sorted. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  cursor: Type.Optional(Type.String({ description: "`next` of the page before." })),
  search: Type.Optional(Type.String({ maxLength: 200, description: "Words that must occur." })),
  sort: Type.Optional(Type.String({ description: "A field; `-` before it for the other way round." })),
};

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly search?: string;
  readonly sort?: string;
}

/** A page of items and where the next begins. */
export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), total: Type.Integer(), next: Type.Optional(Type.String()) });
}

/**
 * Takes one page of a list that is sorted by `sort` and then by name, so that pages hold still while items
 * come and go. Throws `request-invalid` for an unknown field or cursor.
 */
export function paged<T extends { readonly name: string }>(
  items: readonly T[],
  query: PageQuery,
  sortable: readonly (keyof T & string)[],
  text: (item: T) => string,
): { items: T[]; total: number; next?: string } {
  const words = (query.search ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found =
    words.length === 0
      ? items
      : items.filter((item) => words.every((word) => text(item).toLowerCase().includes(word)));
  const descending = query.sort?.startsWith("-") ?? false;
  const field = (query.sort?.replace(/^-/, "") ?? "name") as keyof T & string;
  if (field !== "name" && !sortable.includes(field)) {
    throw new CatalystError("request-invalid", `lists can't be sorted by ${field}`, {
      place: { field: "sort" },
      hint: `Sort by name, ${sortable.join(", ")}.`,
    });
  }
  const keyOf = (item: T): readonly [string, string] => [String(item[field] ?? ""), item.name];
  const sorted = found.toSorted((a, b) => compare(keyOf(a), keyOf(b)) * (descending ? -1 : 1));
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const start =
    after === undefined
      ? 0
      : sorted.findIndex((item) => compare(keyOf(item), after) * (descending ? -1 : 1) > 0);
  const limit = query.limit ?? 100;
  const page = start < 0 ? [] : sorted.slice(start, start + limit);
  const last = page.at(-1);
  const more = start >= 0 && start + limit < sorted.length && last !== undefined;
  return { items: page, total: sorted.length, ...(more ? { next: encodeCursor(keyOf(last)) } : {}) };
}

function compare(a: readonly [string, string], b: readonly [string, string]): number {
  const index = a[0] === b[0] ? 1 : 0;
  return a[index] < b[index] ? -1 : a[index] > b[index] ? 1 : 0;
}

function encodeCursor(key: readonly [string, string]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function decodeCursor(cursor: string): readonly [string, string] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(key) && typeof key[0] === "string" && typeof key[1] === "string")
      return [key[0], key[1]];
  } catch {
    // answered below
  }
  throw new CatalystError("request-invalid", "this cursor isn't one of ours", { place: { field: "cursor" } });
}
