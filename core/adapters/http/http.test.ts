import { request as rawRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { type Duplex, duplexPair } from "node:stream";
import { isCatalystError } from "@catalyst/base/errors";
import { silentLogger } from "@catalyst/base/logger";
import { type Handler, readItems, readJson, readText, type Transport } from "@catalyst/ports/transport";
import { afterEach, expect, test } from "vitest";
import { firstPair, secondPair } from "./fixtures/certificates.ts";
import { httpTransport, openServer } from "./index.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(handler: Handler, bodyLimit?: number): Promise<{ transport: Transport; port: number }> {
  const server = await openServer(handler, { logger: silentLogger, bodyLimit });
  open.push(() => server.close());
  return {
    transport: httpTransport({
      baseUrl: `http://127.0.0.1:${server.port}`,
      headers: { authorization: "Bearer a" },
    }),
    port: server.port,
  };
}

const get = (path: string) => ({ method: "GET", path, headers: {} });

test("a document goes there and back, with method, path, query and headers", async () => {
  const { transport } = await serve(async (request) => ({
    status: 201,
    headers: { "x-seen": request.headers["authorization"] ?? "" },
    json: { method: request.method, path: request.path, body: await readJson(request) },
  }));
  const response = await transport.request({
    method: "POST",
    path: "/a/b?c=d%20e",
    headers: {},
    json: { deep: [1, "ü"] },
  });
  expect(response.status).toBe(201);
  expect(response.headers["x-seen"]).toBe("Bearer a");
  expect(response.headers["content-type"]).toBe("application/json");
  expect(await readJson(response)).toEqual({
    method: "POST",
    path: "/a/b?c=d%20e",
    body: { deep: [1, "ü"] },
  });
});

test("a path in the base address comes before every request's path", async () => {
  const { port } = await serve(async (request) => ({ status: 200, headers: {}, json: request.path }));
  const transport = httpTransport({ baseUrl: `http://127.0.0.1:${port}/clusters/acme-prod/` });
  expect(await readJson(await transport.request(get("/api")))).toBe("/clusters/acme-prod/api");
});

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
  test(`a body goes with ${method}`, async () => {
    const { transport } = await serve(async (request) => ({
      status: 200,
      headers: {},
      json: await readJson(request),
    }));
    const response = await transport.request({ method, path: "/", headers: {}, json: { kept: true } });
    expect(await readJson(response)).toEqual({ kept: true });
  });
}

test("several cookies stay several", async () => {
  const cookies = ["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"];
  const { transport } = await serve(async () => ({ status: 200, headers: {}, cookies, json: {} }));
  expect((await transport.request(get("/"))).cookies).toEqual(cookies);
});

test("a handler mounted below a path sees its own paths, and none of its neighbours'", async () => {
  const handler: Handler = async (request) => ({ status: 200, headers: {}, json: request.path });
  const server = await openServer(handler, { logger: silentLogger, basePath: "/git" });
  open.push(() => server.close());
  const transport = httpTransport({ baseUrl: `http://127.0.0.1:${server.port}` });
  const answers = [];
  for (const path of ["/git/a?b=c", "/git", "/git?q", "/github", "/"]) {
    const response = await transport.request(get(path));
    answers.push(response.status === 200 ? await readJson(response) : response.status);
  }
  expect(answers).toEqual(["/a?b=c", "/", "/?q", 404, 404]);
});

test("items arrive one by one, before the stream ends", async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* items() {
    yield { n: 1 };
    await released;
    yield { n: 2 };
  }
  const { transport } = await serve(async () => ({ status: 200, headers: {}, items: items() }));
  const seen: unknown[] = [];
  for await (const item of readItems(await transport.request(get("/")))) {
    seen.push(item);
    release();
  }
  expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
});

test("aborting the request aborts the handler's signal, ends both streams and frees the handler's", async () => {
  let freed: () => void = () => undefined;
  const isFreed = new Promise<void>((resolve) => {
    freed = resolve;
  });
  const { transport } = await serve(async (request) => ({
    status: 200,
    headers: {},
    items: (async function* () {
      try {
        yield 1;
        await new Promise<void>((resolve) => request.signal?.addEventListener("abort", () => resolve()));
      } finally {
        freed();
      }
    })(),
  }));
  const abort = new AbortController();
  const response = await transport.request({ ...get("/"), signal: abort.signal });
  for await (const item of readItems(response)) {
    expect(item).toBe(1);
    abort.abort();
  }
  await isFreed;
});

test("a slow reader holds the writer back", async () => {
  let produced = 0;
  const chunk = new Uint8Array(1024 * 1024);
  const { transport } = await serve(async () => ({
    status: 200,
    headers: {},
    body: (async function* () {
      for (; produced < 200; produced++) yield chunk;
    })(),
  }));
  const abort = new AbortController();
  const response = await transport.request({ ...get("/"), signal: abort.signal });
  const iterator = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  await iterator.next();
  // However long we look, what the writer may produce is bounded by the buffers between.
  for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(produced).toBeLessThan(150);
  abort.abort();
});

test("a streamed request body is read as it comes", async () => {
  const { transport } = await serve(async (request) => ({
    status: 200,
    headers: {},
    json: await readText(request),
  }));
  const body = (async function* () {
    yield Buffer.from("one ");
    yield Buffer.from("two");
  })();
  expect(await readJson(await transport.request({ method: "PUT", path: "/", headers: {}, body }))).toBe(
    "one two",
  );
});

for (const streamed of [false, true]) {
  test(`a ${streamed ? "streamed" : "declared"} body over the limit is answered 413`, async () => {
    const { transport } = await serve(async (request) => {
      await readText(request);
      return { status: 200, headers: {} };
    }, 10);
    const bytes = Buffer.alloc(11);
    const body = streamed
      ? (async function* () {
          yield bytes;
        })()
      : bytes;
    const headers: Record<string, string> = streamed ? {} : { "content-length": "11" };
    expect((await transport.request({ method: "POST", path: "/", headers, body })).status).toBe(413);
  });
}

test("a request body whose source breaks never looks complete to the server", async () => {
  let began: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  let outcome: unknown;
  const { transport } = await serve(async (request) => {
    began();
    outcome = await readText(request).then(
      () => "complete",
      () => "broken",
    );
    return { status: 200, headers: {} };
  });
  const body = (async function* () {
    yield Buffer.from("half");
    await hasBegun;
    throw new Error("source broke");
  })();
  const error: unknown = await transport
    .request({ method: "POST", path: "/", headers: {}, body })
    .catch((caught: unknown) => caught);
  expect(isCatalystError(error, "transport-unreachable")).toBe(true);
  await expect.poll(() => outcome).toBe("broken");
});

test("what a handler throws is a 500 that gives nothing away", async () => {
  const { transport } = await serve(async () => {
    throw new Error("password=hunter2");
  });
  const response = await transport.request(get("/"));
  expect(response.status).toBe(500);
  expect(await readText(response)).not.toContain("hunter2");
});

test("an absolute request target is refused", async () => {
  const { port } = await serve(async () => ({ status: 200, headers: {} }));
  const status = await new Promise((resolve, reject) => {
    rawRequest({ port, path: "http://elsewhere/" }, (incoming) => resolve(incoming.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(400);
});

test("nobody there is transport-unreachable", async () => {
  const server = await openServer(async () => ({ status: 200, headers: {} }), { logger: silentLogger });
  await server.close();
  const transport = httpTransport({ baseUrl: `http://127.0.0.1:${server.port}` });
  const error: unknown = await transport.request(get("/")).catch((caught: unknown) => caught);
  expect(isCatalystError(error, "transport-unreachable")).toBe(true);
});

test("a port in use is named", async () => {
  const { port } = await serve(async () => ({ status: 200, headers: {} }));
  const error: unknown = await openServer(async () => ({ status: 200, headers: {} }), {
    logger: silentLogger,
    port,
  }).catch((caught: unknown) => caught);
  expect(isCatalystError(error, "http-port-in-use")).toBe(true);
});

const upgradeHeaders = { connection: "Upgrade", upgrade: "echo/1" };

/** A handler that goes on by giving everything back, and notes when that is over. */
function echoing(ended: () => void = () => undefined): Handler {
  return async ({ headers, signal }) => {
    if (headers["upgrade"] !== "echo/1")
      return { status: 400, headers: {}, json: { why: "no echo asked for" } };
    signal?.addEventListener("abort", ended);
    return {
      status: 101,
      headers: { connection: "upgrade", upgrade: "echo/1" },
      upgrade: (connection) => connection.pipe(connection),
    };
  };
}

async function readAll(connection: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of connection) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("an upgrade goes through server and transport, each direction ending by itself", async () => {
  const over = Promise.withResolvers<void>();
  const { transport } = await serve(echoing(over.resolve));
  const response = await transport.request({ ...get("/"), headers: upgradeHeaders });
  expect([response.status, response.headers["upgrade"]]).toEqual([101, "echo/1"]);
  const [mine, theirs] = duplexPair();
  response.upgrade?.(theirs);
  const text = "a".repeat(300_000);
  mine.end(text);
  expect(await readAll(mine)).toBe(text);
  await over.promise;
});

test("a handler that doesn't upgrade answers as ever, whole", async () => {
  const { transport } = await serve(echoing());
  const headers = { connection: "upgrade", upgrade: "other" };
  const response = await transport.request({ ...get("/"), headers });
  expect([response.status, await readJson(response)]).toEqual([400, { why: "no echo asked for" }]);
});

test("a request with a body that offers to upgrade is served as it is", async () => {
  const { transport } = await serve(async (request) => ({
    status: 200,
    headers: {},
    json: await readText(request),
  }));
  const response = await transport.request({
    method: "POST",
    path: "/",
    headers: { connection: "upgrade, http2-settings", upgrade: "h2c" },
    body: Buffer.from("all of it"),
  });
  expect(await readJson(response)).toBe("all of it");
});

test("a server that closes ends upgraded connections", async () => {
  const server = await openServer(echoing(), { logger: silentLogger });
  const transport = httpTransport({ baseUrl: `http://127.0.0.1:${server.port}` });
  const response = await transport.request({ ...get("/"), headers: upgradeHeaders });
  const [mine, theirs] = duplexPair();
  response.upgrade?.(theirs);
  await server.close();
  // However it ends, it ends.
  await readAll(mine).catch(() => undefined);
});

test.each([
  ["that the authority asked for vouches for is trusted", firstPair, true],
  ["of another authority is passed on as not trusted", secondPair, false],
  ["isn't there where none was shown", {}, undefined],
])("a caller's certificate %s", async (_what, shown, expected) => {
  const handler: Handler = async ({ clientCertificate: seen }) => ({
    status: 200,
    headers: {},
    json: { trusted: seen?.isTrusted, length: seen?.der.length },
  });
  const tls = { ...firstPair, clientCa: firstPair.cert };
  const server = await openServer(handler, { logger: silentLogger, tls });
  open.push(() => server.close());
  const options = { port: server.port, host: "127.0.0.1", rejectUnauthorized: false, agent: false, ...shown };
  const text = await new Promise<string>((resolve, reject) => {
    const sent = secureRequest(options, (answer) => void answer.setEncoding("utf8").once("data", resolve));
    sent.once("error", reject).end();
  });
  const { trusted, length = 0 } = JSON.parse(text);
  expect(trusted).toBe(expected);
  expect(length > 0).toBe(expected !== undefined);
});
