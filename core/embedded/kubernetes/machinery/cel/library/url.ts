import { type Library, member, overload } from "../overload.ts";
import { boolType, listType, mapType, objectType, stringType } from "../type.ts";
import { EntriesValue, fault, ListValue, OpaqueValue } from "../value.ts";

const urlType = objectType("kubernetes.URL");

/** The parts of a URL as Go's net/url has them: nothing is normalized. */
interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

class UrlValue extends OpaqueValue {
  readonly type = urlType;
  readonly text: string;
  readonly parts: UrlParts;

  constructor(text: string, parts: UrlParts) {
    super();
    this.text = text;
    this.parts = parts;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }

  /** Name and port of the host; an IPv6 address without its brackets. */
  get hostAndPort(): readonly [string, string] {
    const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(this.parts.host);
    return [match?.[1] ?? match?.[2] ?? this.parts.host, match?.[3] ?? ""];
  }
}

const grammar = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** What is wrong with an absolute URL or path, in Go's words; undefined for a good one. */
export function urlProblem(text: string): string | undefined {
  const shown = `parse ${JSON.stringify(text)}:`;
  if (text === "") return `${shown} empty url`;
  if (hasControl(text)) return `${shown} net/url: invalid control character in URL`;
  if (text.startsWith(":")) return `${shown} missing protocol scheme`;
  const match = grammar.exec(text);
  const [, scheme, authority, path = ""] = match ?? [];
  if (match === null || (scheme === undefined && !text.startsWith("/"))) {
    return /^[^/]*:/.test(text) && !/^[a-zA-Z]/.test(text)
      ? `${shown} first path segment in URL cannot contain colon`
      : `${shown} invalid URI for request`;
  }
  if (scheme !== undefined && authority === undefined && !path.startsWith("/")) {
    return path === "" ? `${shown} invalid URI for request` : undefined;
  }
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(path);
  if (wrong !== null) return `${shown} invalid URL escape ${JSON.stringify(wrong[0])}`;
  return authority === undefined ? undefined : hostProblem(authority, shown);
}

function hasControl(text: string): boolean {
  return [...text].some((letter) => letter < " " || letter === "\u007f");
}

function hostProblem(authority: string, shown: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (host.startsWith("[") && !host.includes("]")) return `${shown} missing ']' in host`;
  const port = /(?:^|\]|[^\]:]):([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^\d*$/.test(port)) {
    return `${shown} invalid port ${JSON.stringify(`:${port}`)} after host`;
  }
  const odd = /[ <>"{}|\\^`]/.exec(host);
  return odd === null ? undefined : `${shown} invalid character ${JSON.stringify(odd[0])} in host name`;
}

function toUrl(text: string): UrlValue {
  const problem = urlProblem(text);
  if (problem !== undefined) return fault(`URL parse error during conversion from string: ${problem}`);
  const [, scheme = "", authority = "", path = "", query = ""] = grammar.exec(text)!;
  return new UrlValue(text, {
    scheme: scheme.toLowerCase(),
    host: authority.slice(authority.lastIndexOf("@") + 1),
    path: escapePath(path),
    query,
  });
}

/** Escapes what a path may not hold as it is; what is escaped already stays. */
function escapePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@%!'()*[\]]/gu, (letter) => encodeURIComponent(letter));
}

function queryOf(url: UrlValue): EntriesValue {
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(url.parts.query)) {
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return new EntriesValue([...values].map(([key, list]) => [key, ListValue.of(list)] as const));
}

/** Kubernetes' functions of URLs. */
export const urlLibrary: Library = {
  url: [overload("string_to_url", [stringType], urlType, toUrl)],
  getScheme: [member("url_get_scheme", [urlType], stringType, (url: UrlValue) => url.parts.scheme)],
  getHost: [member("url_get_host", [urlType], stringType, (url: UrlValue) => url.parts.host)],
  getHostname: [member("url_get_hostname", [urlType], stringType, (url: UrlValue) => url.hostAndPort[0])],
  getPort: [member("url_get_port", [urlType], stringType, (url: UrlValue) => url.hostAndPort[1])],
  getEscapedPath: [member("url_get_escaped_path", [urlType], stringType, (url: UrlValue) => url.parts.path)],
  getQuery: [
    member("url_get_query", [urlType], mapType(stringType, listType(stringType)), (url: UrlValue) =>
      queryOf(url),
    ),
  ],
  isURL: [
    overload("is_url_string", [stringType], boolType, (text: string) => urlProblem(text) === undefined),
  ],
};
