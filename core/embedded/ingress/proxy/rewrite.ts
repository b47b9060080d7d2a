import { portOf } from "../routing/host.ts";
import { withoutSlash } from "../routing/match.ts";
import type { PathChange, PathMatch, Redirect, Scheme } from "../routing/rule.ts";

/** Changes the path of a request's target; the query stays. `match` is the path of the rule that was chosen. */
export function rewriteTarget(target: string, change: PathChange | undefined, match: PathMatch): string {
  if (change === undefined) return target;
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
  if (change.type === "whole") return `${change.path === "" ? "/" : change.path}${query}`;
  const rest = path.slice(withoutSlash(match.value).length);
  const made = `${withoutSlash(change.path)}${rest === "" && change.path.endsWith("/") ? "/" : rest}`;
  return `${made === "" ? "/" : made}${query}`;
}

/** A request as a redirect sees it. */
export interface RedirectedRequest {
  readonly scheme: Scheme;
  /** Host with port. */
  readonly authority: string;
  readonly target: string;
}

const wellKnownPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The address a redirect leads to. Without a port of its own it keeps the caller's: plain and TLS are served at the
 * same one.
 */
export function redirectLocation(redirect: Redirect, match: PathMatch, request: RedirectedRequest): string {
  const scheme = redirect.scheme ?? request.scheme;
  const host = redirect.host ?? request.authority.replace(/:\d+$/, "");
  const port = redirect.port ?? portOf(request.authority);
  const shown = port === undefined || port === wellKnownPorts[scheme] ? "" : `:${port}`;
  return `${scheme}://${host}${shown}${rewriteTarget(request.target, redirect.path, match)}`;
}
