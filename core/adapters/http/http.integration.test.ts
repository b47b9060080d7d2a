import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLogger } from "@catalyst/base/logger";
import { type Handler, readBytes, readItems, readJson, readText } from "@catalyst/ports/transport";
import { afterEach, describe, expect, it, vi } from "vitest";
import { httpTransport, nodeListener } from "./index.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Handler, basePath = "") {
  const server = createServer(nodeListener(handler, { logger: silentLogger, basePath }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return httpTransport({
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    headers: { authorization: "Bearer t" },
  });
}

describe("a Handler over HTTP", () => {
  it("sees method, path, headers and body, and answers JSON", async () => {
    const transport = await serve(async (request) => ({
      status: 201,
      headers: { "x-seen": request.headers["authorization"] ?? "" },
      json: { method: request.method, path: request.path, body: await readJson(request) },
    }));
    const response = await transport.request({ method: "POST", path: "/a?b=c", headers: {}, json: { d: 1 } });
    expect(response).toMatchObject({ status: 201, headers: { "x-seen": "Bearer t" } });
    expect(await readJson(response)).toEqual({ method: "POST", path: "/a?b=c", body: { d: 1 } });
  });

  it("is found below its base path", async () => {
    const transport = await serve(
      async (request) => ({ status: 200, headers: {}, json: request.path }),
      "/git",
    );
    expect(await readJson(await transport.request({ method: "GET", path: "/x", headers: {} }))).toBe("/x");
  });

  it("streams documents as they come", async () => {
    let next: (value: number) => void = () => undefined;
    const transport = await serve(async () => ({
      status: 200,
      headers: {},
      items: (async function* () {
        yield 1;
        yield await new Promise<number>((resolve) => {
          next = resolve;
        });
      })(),
    }));
    const items = readItems(await transport.request({ method: "GET", path: "/", headers: {} }))[
      Symbol.asyncIterator
    ]();
    expect((await items.next()).value).toBe(1);
    next(2);
    expect((await items.next()).value).toBe(2);
    expect((await items.next()).done).toBe(true);
  });

  it("frees a stream when the reader goes away", async () => {
    const freed = vi.fn();
    const transport = await serve(async ({ signal }) => ({
      status: 200,
      headers: {},
      items: (async function* () {
        try {
          yield 1;
          await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        } finally {
          freed();
        }
      })(),
    }));
    const abort = new AbortController();
    const response = await transport.request({ method: "GET", path: "/", headers: {}, signal: abort.signal });
    for await (const item of readItems(response)) {
      expect(item).toBe(1);
      break;
    }
    abort.abort();
    await vi.waitFor(() => expect(freed).toHaveBeenCalled());
  });

  it("passes bytes both ways", async () => {
    const transport = await serve(async (request) => ({
      status: 200,
      headers: {},
      body: await readBytes(request),
    }));
    const bytes = new Uint8Array(300_000).fill(7);
    const response = await transport.request({ method: "PUT", path: "/", headers: {}, body: bytes });
    expect(Buffer.compare(await readBytes(response), bytes)).toBe(0);
  });

  it("doesn't tell a stranger what broke", async () => {
    const transport = await serve(async () => {
      throw new Error("secret detail");
    });
    const response = await transport.request({ method: "GET", path: "/", headers: {} });
    expect(response.status).toBe(500);
    expect(await readText(response)).not.toContain("secret");
  });

  it("says who doesn't answer", async () => {
    const transport = httpTransport({ baseUrl: "http://127.0.0.1:1" });
    await expect(transport.request({ method: "GET", path: "/", headers: {} })).rejects.toMatchObject({
      code: "transport-unreachable",
    });
  });
});
