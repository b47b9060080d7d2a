import { decodeBytes, encodeBytes } from "../template/bytes.ts";
import { quote } from "../template/quoting.ts";
import { ipLiteralProblem } from "./ip-address.ts";

/** What a URL is made of, decoded but for the query. */
export interface UrlParts {
  readonly scheme: string;
  /** Encoded, as it is written; undefined where there is none. */
  readonly userinfo: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly opaque: string;
  readonly query: string;
  readonly fragment: string;
}

/** A text that is no URL; the message is that of Go's url.Error. */
export class UrlProblem extends Error {}

/** Cuts a URL as Go's url.Parse; JavaScript's URL would change what it reads. Throws UrlProblem. */
export function parseUrl(text: string): UrlParts {
  const [, main = "", fragment = ""] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  const url = naming(main, () => parse(main));
  if (fragment === "") return url;
  return { ...url, fragment: naming(text, () => decode(fragment, "fragment")) };
}

function naming<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UrlProblem) throw new UrlProblem(`parse ${quote(text)}: ${error.message}`);
    throw error;
  }
}

function parse(text: string): UrlParts {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what Go refuses.
  if (/[\x00-\x1f\x7f]/.test(text)) throw new UrlProblem("net/url: invalid control character in URL");
  const empty = { scheme: "", userinfo: undefined, host: "", path: "", opaque: "", query: "", fragment: "" };
  if (text === "*") return { ...empty, path: "*" };
  if (text.startsWith(":")) throw new UrlProblem("missing protocol scheme");
  const prefix = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0] ?? "";
  const scheme = prefix.slice(0, -1).toLowerCase();
  const [, rest = "", query = ""] = /^([^?]*)(?:\?(.*))?$/s.exec(text.slice(prefix.length)) ?? [];
  const url = { ...empty, scheme, query };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...url, opaque: rest };
    if (rest.split("/")[0]?.includes(":")) {
      throw new UrlProblem("first path segment in URL cannot contain colon");
    }
  }
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (!hasAuthority) return { ...url, path: decode(rest, "path") };
  const [, authority = "", path = ""] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [];
  return { ...url, ...parseAuthority(scheme, authority), path: decode(path, "path") };
}

function parseAuthority(scheme: string, authority: string): Pick<UrlParts, "userinfo" | "host"> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { userinfo: undefined, host };
  const userinfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) {
    throw new UrlProblem("net/url: invalid userinfo");
  }
  const [, name = "", password] = /^([^:]*)(?::(.*))?$/s.exec(userinfo) ?? [];
  const again = (part: string) => escapeUrl(decode(part, "user"), "user");
  return { userinfo: password === undefined ? again(name) : `${again(name)}:${again(password)}`, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new UrlProblem("invalid IP-literal");
  if (bracket === 0) return parseLiteral(host);
  const first = host.indexOf(":");
  if (first >= 0) {
    // Some databases take a list of hosts with ports; of http that was never said.
    const isStrict = scheme === "http" || scheme === "https";
    checkPort(host.slice(isStrict ? first : host.lastIndexOf(":")));
  }
  return decode(host, "host");
}

function parseLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new UrlProblem("missing ']' in host");
  checkPort(host.slice(close + 1));
  const inside = host.slice(1, close);
  const zone = inside.indexOf("%25");
  const address =
    zone < 0
      ? decode(inside, "host")
      : decode(inside.slice(0, zone), "host") + decode(inside.slice(zone), "zone");
  const problem = ipLiteralProblem(address);
  if (problem !== undefined) throw new UrlProblem(problem);
  return `[${address}]${host.slice(close + 1)}`;
}

function checkPort(port: string): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw new UrlProblem(`invalid port ${quote(port)} after host`);
}

type Part = "path" | "fragment" | "user" | "host" | "zone";

/** What stands for itself in a part of a URL. */
const allowed: Readonly<Record<Part, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
};

/** Encodes a part of a URL. */
export function escapeUrl(text: string, part: Part): string {
  let escaped = "";
  for (const byte of encodeBytes(text)) {
    const character = String.fromCharCode(byte);
    const stays = allowed[part].test(character);
    escaped += stays ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

function decode(text: string, part: Part): string {
  const isHost = part === "host" || part === "zone";
  const bytes: number[] = [];
  const source = encodeBytes(text);
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    const character = String.fromCharCode(byte);
    if (character !== "%") {
      if (isHost && byte < 0x80 && !allowed[part].test(character)) {
        throw new UrlProblem(`invalid character ${quote(character)} in host name`);
      }
      bytes.push(byte);
      continue;
    }
    bytes.push(escapedByte(source, at, part));
    at += 2;
  }
  return decodeBytes(Uint8Array.from(bytes));
}

function escapedByte(source: Uint8Array, at: number, part: Part): number {
  const sequence = decodeBytes(source.subarray(at, at + 3));
  const fail = () => new UrlProblem(`invalid URL escape ${quote(sequence)}`);
  if (!/^%[0-9a-fA-F]{2}$/.test(sequence)) throw fail();
  const byte = Number.parseInt(sequence.slice(1), 16);
  if (part === "host" && byte < 0x80 && sequence !== "%25") throw fail();
  const isPlain = byte === 0x20 || allowed.host.test(String.fromCharCode(byte));
  if (part === "zone" && sequence !== "%25" && !isPlain) throw fail();
  return byte;
}
