import { type GoRegexp, goRegexp } from "@catalyst/base/go-regexp";
import type { Match, PathMatch, Rule, ValueMatch } from "./rule.ts";

/** What of a request rules look at. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A header's lines joined with commas; undefined when there is none. */
  header(name: string): string | undefined;
}

/** Tells whether a request is what a rule means. */
export function matches(match: Match, head: RequestHead): boolean {
  return (
    pathMatches(match.path, head.path) &&
    (match.method === undefined || match.method === head.method) &&
    match.headers.every((wanted) => valueMatches(wanted, head.header(wanted.name))) &&
    match.query.every((wanted) => valueMatches(wanted, head.query.get(wanted.name) ?? undefined))
  );
}

function pathMatches({ type, value }: PathMatch, path: string): boolean {
  switch (type) {
    case "Exact":
      return path === value;
    case "RegularExpression":
      return wholeExpression(value).test(path);
    default: {
      const prefix = withoutSlash(value);
      return path === prefix || path.startsWith(`${prefix}/`);
    }
  }
}

function valueMatches({ type, value }: ValueMatch, found: string | undefined): boolean {
  if (found === undefined) return false;
  return type === "Exact" ? value === found : wholeExpression(value).test(found);
}

/** An expression of RE2 that must fit a whole text. Throws `regexp-invalid`. */
export function wholeExpression(expression: string): GoRegexp {
  return goRegexp(`^(?:${expression})$`);
}

/** A prefix without the slash it ends in, which says nothing. */
export function withoutSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

const pathRanks = { Exact: 2, RegularExpression: 1, Prefix: 0 } as const;

/**
 * Orders rules for one host: the one that is asked first comes first. An exact path before an expression, before a
 * prefix; longer before shorter; then with a method, with more headers, with more parameters; then the older object,
 * then by name (Gateway API, `HTTPRouteRule.Matches`). Rules of one object keep their order.
 */
export function precedence(a: Rule, b: Rule): number {
  return (
    pathRanks[b.match.path.type] - pathRanks[a.match.path.type] ||
    b.match.path.value.length - a.match.path.value.length ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.query.length - a.match.query.length ||
    order(a.source.since, b.source.since) ||
    order(`${a.source.namespace}/${a.source.name}`, `${b.source.namespace}/${b.source.name}`)
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
