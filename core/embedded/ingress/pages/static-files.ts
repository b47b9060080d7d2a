import { sha256Hex } from "@catalyst/base/digest";
import type { ConfigMap } from "@catalyst/ports/kubernetes";
import type { Request, Response } from "@catalyst/ports/transport";
import { page } from "./page.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  xml: "application/xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  ico: "image/x-icon",
  woff2: "font/woff2",
  pdf: "application/pdf",
};

/**
 * Serves the keys of a ConfigMap as files, relative to the path of the rule that matched; a path that ends in
 * `/` means `index.html`. Answers GET and HEAD, with an entity tag.
 */
export function serveFiles(
  request: Pick<Request, "method" | "path" | "headers">,
  rulePath: string,
  map: ConfigMap,
): Response {
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD" } };
  const key = keyOf(request.path, rulePath);
  const content = contentOf(map, key);
  if (content === undefined) {
    return page({ status: 404, title: "No such page", text: [`This site has no file ${key}.`] });
  }
  const etag = `"${sha256Hex(content).slice(0, 32)}"`;
  const headers = {
    "content-type": types[key.slice(key.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream",
    etag,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  };
  const known = (request.headers["if-none-match"] ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return { status: 304, headers };
  const length = { "content-length": String(content.length) };
  if (request.method === "HEAD") return { status: 200, headers: { ...headers, ...length } };
  return { status: 200, headers: { ...headers, ...length }, body: content };
}

function keyOf(target: string, rulePath: string): string {
  const path = target.split("?")[0] ?? "/";
  const prefix = rulePath.endsWith("/") ? rulePath.slice(0, -1) : rulePath;
  const rest = path.startsWith(prefix) ? path.slice(prefix.length).replace(/^\//, "") : path.slice(1);
  try {
    return decodeURIComponent(rest === "" || rest.endsWith("/") ? `${rest}index.html` : rest);
  } catch {
    return rest;
  }
}

/** Own properties only: a key such as `constructor` is no file. */
function contentOf(map: ConfigMap, key: string): Uint8Array | undefined {
  const { data = {}, binaryData = {} } = map;
  if (Object.hasOwn(data, key)) return new TextEncoder().encode(data[key]);
  return Object.hasOwn(binaryData, key) ? Buffer.from(binaryData[key] ?? "", "base64") : undefined;
}
