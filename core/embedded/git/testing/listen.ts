import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Handler, Response } from "@catalyst/ports/transport";

/** A handler on a loopback port, for real git to talk to. */
export interface Listening {
  /** `http://127.0.0.1:port/git` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a handler below `/git`, until closed. `handler` is asked for, since it may need the address first. */
export async function listen(handler: () => Handler): Promise<Listening> {
  const server = createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : (value ?? ""),
      ]),
    );
    const path = (incoming.url ?? "/").replace(/^\/git/, "");
    const request = { method: incoming.method ?? "GET", path, headers, body: incoming, signal: gone.signal };
    try {
      const response = await handler()(request);
      outgoing.writeHead(response.status, response.headers);
      Readable.from(bodyOf(response))
        .on("error", () => outgoing.destroy())
        .pipe(outgoing);
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/git`, close: () => end(server) };
}

async function* bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.json !== undefined) yield Buffer.from(JSON.stringify(response.json));
  else if (response.body instanceof Uint8Array) yield response.body;
  else if (response.body !== undefined) yield* response.body;
}

function end(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
