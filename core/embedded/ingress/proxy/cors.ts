import type { Cors } from "../routing/rule.ts";

/** What of a request says that a browser asks for another origin's page. */
export interface CrossOriginRequest {
  readonly method: string;
  readonly origin: string | undefined;
  readonly wantedMethod: string | undefined;
  readonly wantedHeaders: string | undefined;
}

/** Tells whether a request only asks what it may do. */
export function isPreflight({ method, origin, wantedMethod }: CrossOriginRequest): boolean {
  return method === "OPTIONS" && origin !== undefined && wantedMethod !== undefined;
}

/** The headers that let a browser show the answer to a preflight's page; none when its origin isn't let. */
export function preflightHeaders(
  cors: Cors,
  request: CrossOriginRequest,
): readonly (readonly [string, string])[] {
  const allowed = answerHeaders(cors, request.origin);
  if (allowed.length === 0) return [];
  const methods = listed(cors.methods, cors.credentials, request.wantedMethod);
  const headers = listed(cors.headers, cors.credentials, request.wantedHeaders);
  return [
    ...allowed,
    ...(methods === "" ? [] : [["access-control-allow-methods", methods] as const]),
    ...(headers === "" ? [] : [["access-control-allow-headers", headers] as const]),
    ["access-control-max-age", String(cors.maxAge)],
  ];
}

/** The headers of an answer proper. */
export function answerHeaders(
  cors: Cors,
  origin: string | undefined,
): readonly (readonly [string, string])[] {
  if (origin === undefined || !cors.origins.some((allowed) => originFits(allowed, origin))) return [];
  const isOpen = cors.origins.includes("*") && !cors.credentials;
  const expose = listed(cors.expose, cors.credentials, undefined);
  return [
    ["access-control-allow-origin", isOpen ? "*" : origin],
    ...(isOpen ? [] : [["vary", "Origin"] as const]),
    ...(cors.credentials ? [["access-control-allow-credentials", "true"] as const] : []),
    ...(expose === "" ? [] : [["access-control-expose-headers", expose] as const]),
  ];
}

/** With credentials a browser takes `*` literally: what was asked for is named instead. */
function listed(values: readonly string[], credentials: boolean, wanted: string | undefined): string {
  if (!values.includes("*")) return values.join(", ");
  return credentials ? (wanted ?? "") : "*";
}

function originFits(allowed: string, origin: string): boolean {
  if (allowed === "*" || allowed.toLowerCase() === origin.toLowerCase()) return true;
  const [scheme, rest = ""] = allowed.toLowerCase().split("://");
  const [given, host = ""] = origin.toLowerCase().split("://");
  if (scheme !== given || !rest.startsWith("*")) return false;
  const ending = rest.slice(1);
  return (
    host.length > ending.length &&
    host.endsWith(ending) &&
    /^[a-z0-9.-]+$/.test(host.slice(0, -ending.length || undefined))
  );
}
