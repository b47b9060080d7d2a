import { kindName } from "../template/types.ts";
import { fixed, type GoFunction, GoPanic, type Value } from "../template/values.ts";
import { escapeUrl, parseUrl, UrlProblem } from "./url-parse.ts";

export const urlFunctions: readonly (readonly [string, GoFunction])[] = [
  ["urlParse", fixed(["string"], ([text]) => parsed(text))],
  ["urlJoin", fixed(["map"], ([parts]) => joined(parts))],
];

function parsed(text: string): Map<string, Value> {
  const url = read(text, "unable to parse url");
  return new Map<string, Value>([
    ["scheme", url.scheme],
    ["host", url.host],
    ["hostname", hostnameOf(url.host)],
    ["path", url.path],
    ["query", url.query],
    ["opaque", url.opaque],
    ["fragment", url.fragment],
    ["userinfo", url.userinfo ?? ""],
  ]);
}

function read(text: string, problem: string) {
  try {
    return parseUrl(text);
  } catch (error) {
    if (error instanceof UrlProblem) throw new GoPanic(`${problem}: ${error.message}`);
    throw error;
  }
}

function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

function joined(parts: Map<string, Value>): string {
  const [scheme, host, path, query, opaque, fragment] = [
    "scheme",
    "host",
    "path",
    "query",
    "opaque",
    "fragment",
  ].map((key) => textAt(parts, key)) as [string, string, string, string, string, string];
  const given = textAt(parts, "userinfo");
  const userinfo = given === "" ? undefined : userinfoOf(given);
  let url = scheme === "" ? "" : `${scheme}:`;
  if (opaque !== "") url += opaque;
  else {
    if (host !== "" || userinfo !== undefined || (scheme !== "" && path !== "")) url += "//";
    if (userinfo !== undefined) url += `${userinfo}@`;
    url += escapeUrl(host, "host");
    const escaped = path === "*" ? path : escapeUrl(path, "path");
    if (escaped !== "" && !escaped.startsWith("/") && host !== "") url += "/";
    // Without a scheme a colon in the first segment would make one.
    if (url === "" && escaped.split("/")[0]?.includes(":")) url += "./";
    url += escaped;
  }
  if (query !== "") url += `?${query}`;
  return fragment === "" ? url : `${url}#${escapeUrl(fragment, "fragment")}`;
}

function userinfoOf(text: string): string | undefined {
  return read(`proto://${text}@host`, "unable to parse userinfo in dict").userinfo;
}

function textAt(parts: Map<string, Value>, key: string): string {
  if (!parts.has(key)) return "";
  const value = parts.get(key);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) {
    throw new GoPanic("runtime error: invalid memory address or nil pointer dereference");
  }
  throw new GoPanic(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`);
}
