import { decodeBytes, encodeBytes } from "../template/bytes.ts";
import { quote } from "../template/quoting.ts";
import { kindName } from "../template/types.ts";
import { fixed, GoError, type GoFunction, type Value } from "../template/values.ts";

export const urlFunctions: readonly (readonly [string, GoFunction])[] = [
  ["urlParse", fixed(["string"], ([text]) => parsed(text))],
  ["urlJoin", fixed(["map"], ([parts]) => joined(parts))],
];

interface UrlParts {
  readonly scheme: string;
  readonly userinfo: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly opaque: string;
  readonly query: string;
  readonly fragment: string;
}

/** Cuts a URL as Go's url.Parse; JavaScript's URL would change what it reads. Throws GoError. */
export function parseUrl(text: string): UrlParts {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what Go refuses.
  if (/[\x00-\x1f\x7f]/.test(text)) throw problem(text, "net/url: invalid control character in URL");
  const [, beforeFragment = "", fragment = ""] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  const schemeMatch = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(beforeFragment);
  if (beforeFragment.startsWith(":")) throw problem(text, "missing protocol scheme");
  const scheme = schemeMatch?.[1]?.toLowerCase() ?? "";
  const afterScheme = schemeMatch === null ? beforeFragment : beforeFragment.slice(schemeMatch[0].length);
  const [, rest = "", query = ""] = /^([^?]*)(?:\?(.*))?$/s.exec(afterScheme) ?? [];
  const empty = {
    scheme,
    userinfo: undefined,
    host: "",
    path: "",
    opaque: "",
    query,
    fragment: unescapePart(fragment, text),
  };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...empty, opaque: rest };
    if (rest.split("/")[0]?.includes(":"))
      throw problem(text, "first path segment in URL cannot contain colon");
  }
  if (!rest.startsWith("//") || rest.startsWith("///")) return { ...empty, path: unescapePart(rest, text) };
  const [, authority = "", path = ""] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const strange = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host)?.[0];
  if (strange !== undefined) throw problem(text, `invalid character ${quote(strange)} in host name`);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^\d*$/.test(port))
    throw problem(text, `invalid port ${quote(`:${port}`)} after host`);
  return {
    ...empty,
    userinfo: at < 0 ? undefined : authority.slice(0, at),
    host,
    path: unescapePart(path, text),
  };
}

function problem(text: string, what: string): GoError {
  return new GoError(`parse ${quote(text)}: ${what}`);
}

function unescapePart(part: string, text: string): string {
  if (!part.includes("%")) return part;
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(part);
  if (bad !== null) throw problem(text, `invalid URL escape ${quote(bad[0])}`);
  const bytes: number[] = [];
  for (let at = 0; at < part.length; at++) {
    if (part[at] === "%") {
      bytes.push(Number.parseInt(part.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(...encodeBytes(part[at] ?? ""));
  }
  return decodeBytes(Uint8Array.from(bytes));
}

function readUrl(text: string): UrlParts {
  try {
    return parseUrl(text);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`unable to parse url: ${error.message}`);
  }
}

function parsed(text: string): Map<string, Value> {
  const parts = readUrl(text);
  const hostname = parts.host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  return new Map<string, Value>([
    ["scheme", parts.scheme],
    ["host", parts.host],
    ["hostname", hostname],
    ["path", parts.path],
    ["query", parts.query],
    ["opaque", parts.opaque],
    ["fragment", parts.fragment],
    ["userinfo", parts.userinfo ?? ""],
  ]);
}

function joined(parts: Map<string, Value>): string {
  const scheme = text(parts, "scheme");
  const host = text(parts, "host");
  const path = text(parts, "path");
  const query = text(parts, "query");
  const opaque = text(parts, "opaque");
  const fragment = text(parts, "fragment");
  const userinfo = text(parts, "userinfo");
  let url = scheme === "" ? "" : `${scheme}:`;
  if (opaque !== "") url += opaque;
  else {
    if (scheme !== "" || host !== "" || userinfo !== "") {
      if (host !== "" || path !== "" || userinfo !== "") url += "//";
      if (userinfo !== "") url += `${userinfo}@`;
      url += host;
    }
    if (path !== "" && !path.startsWith("/") && host !== "") url += "/";
    url += escapePart(path, /[A-Za-z0-9\-_.~$&+,/:;=@!'()*]/);
  }
  if (query !== "") url += `?${query}`;
  return fragment === "" ? url : `${url}#${escapePart(fragment, /[A-Za-z0-9\-_.~$&+,/:;=?@!'()*]/)}`;
}

function text(parts: Map<string, Value>, key: string): string {
  const value = parts.get(key);
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`);
}

function escapePart(part: string, allowed: RegExp): string {
  let escaped = "";
  for (const byte of encodeBytes(part)) {
    const character = String.fromCharCode(byte);
    escaped += allowed.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
