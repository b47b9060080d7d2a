import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { buildConsole } from "@catalyst/console/build";
import type { NodeRoute } from "./front-door.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

/** Nothing of another site is loaded, run or framed. Styles of elements are set by the console's own script. */
const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Milliseconds between two tries to build it. */
const pause = 10_000;

/**
 * Serves the console. It is built on the first start, beside everything else; until it is there, a page says
 * so and loads itself again. A build that failed, as on a full disk, is tried again when somebody looks.
 */
export function serveConsole(cache: string, clock: Clock, logger: Logger): { readonly route: NodeRoute } {
  let folder: string | undefined;
  let failedAt: number | undefined;
  const build = async () => {
    failedAt = undefined;
    try {
      folder = (await buildConsole(cache)).folder;
    } catch (error) {
      failedAt = clock.now();
      logger.error("the console can't be built", { error: errorMessage(error) });
    }
  };
  void build();
  const route: NodeRoute = (request, response) => {
    if (folder !== undefined) {
      serve(folder, request, response).catch(() => response.destroy());
      return;
    }
    if (failedAt !== undefined && clock.now() - failedAt >= pause) void build();
    if (failedAt === undefined)
      page(response, "The console is being built; this takes a few seconds, once.", 1);
    else
      page(response, "The console can't be built; the log says why. It is tried again. The API works.", 10);
  };
  return { route };
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const path = normalize(decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/"));
  const file = await existing(folder, path);
  // a missing file is missing; any other path is a place in the console
  if (file === undefined && extname(path) !== "") {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.\n");
    return;
  }
  await send(file ?? join(folder, "index.html"), request, response);
}

async function existing(folder: string, path: string): Promise<string | undefined> {
  if (path.includes("\0") || path.includes("..")) return undefined;
  const file = join(folder, path);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? file : undefined;
}

async function send(file: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const packed = /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""))
    ? await stat(`${file}.br`).catch(() => undefined)
    : undefined;
  const immutable = file.includes("/assets/");
  const headers: Record<string, string> = {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    vary: "accept-encoding",
    ...(packed === undefined ? {} : { "content-encoding": "br" }),
  };
  if (request.method === "HEAD") {
    response.writeHead(200, headers).end();
    return;
  }
  const source = packed === undefined ? file : `${file}.br`;
  if (!immutable) {
    response.writeHead(200, headers).end(await readFile(source));
    return;
  }
  response.writeHead(200, headers);
  createReadStream(source).pipe(response);
}

/** Says why there is nothing yet, and looks again after some seconds. */
function page(response: ServerResponse, text: string, seconds: number): void {
  response
    .writeHead(503, {
      "content-type": "text/html; charset=utf-8",
      "retry-after": String(seconds),
      "cache-control": "no-store",
    })
    .end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="${seconds}"><title>Catalyst</title><body style="font:16px system-ui;display:grid;place-items:center;min-height:90vh;color-scheme:light dark"><p>${text}</p>`,
    );
}
