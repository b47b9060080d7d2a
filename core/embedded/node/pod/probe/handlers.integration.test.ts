import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server as NetServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grpcProbe } from "./grpc.ts";
import { httpProbe } from "./http.ts";
import { tcpProbe } from "./tcp.ts";

const host = "127.0.0.1";

async function listening(server: NetServer | Http2Server): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Long enough for an answer on a busy machine. */
const soon = () => AbortSignal.timeout(10_000);

describe("a probe over HTTP", () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/slow") return;
      if (request.url === "/headers") return response.end(JSON.stringify(request.headers));
      if (request.url === "/turn") return response.writeHead(302, { location: "/404" }).end();
      if (request.url === "/away") return response.writeHead(302, { location: "http://example.org/" }).end();
      const wanted = request.headers["x-status"] ?? request.url?.slice(1);
      return response.writeHead(Number(wanted)).end();
    });
    port = await listening(server);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const cases: readonly [
    string,
    { path: string; httpHeaders?: { name: string; value: string }[] },
    string,
    string,
  ][] = [
    ["is well with 200", { path: "/200" }, "success", ""],
    ["is ill with 404", { path: "/404" }, "failure", "HTTP probe failed with statuscode: 404"],
    [
      "sends its headers",
      { path: "/200", httpHeaders: [{ name: "X-Status", value: "503" }] },
      "failure",
      "HTTP probe failed with statuscode: 503",
    ],
    [
      "follows a redirect on the host",
      { path: "/turn" },
      "failure",
      "HTTP probe failed with statuscode: 404",
    ],
    ["doesn't follow one that leads elsewhere", { path: "/away" }, "warning", "Probe terminated redirects"],
    ["takes a path without its slash", { path: "200" }, "success", ""],
  ];
  for (const [name, get, result, output] of cases)
    test(name, async () =>
      expect(await httpProbe({ ...get, port }, host, port, soon())).toEqual({ result, output }),
    );

  test("says what it waited for", async () => {
    const { output } = await httpProbe({ path: "/slow", port }, host, port, AbortSignal.timeout(300));
    expect(output).toBe(
      `Get "http://${host}:${port}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
  });
});

describe("security case 18: a probe that names this machine as its host", () => {
  let server: Server;
  let port: number;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked++;
      response.end();
    });
    port = await listening(server);
  });
  afterAll(() => server.close());

  test.each(["127.0.0.1", "localhost", "169.254.169.254"])("calls nobody: %s", async (named) => {
    const refused = { result: "failure", output: expect.stringContaining("address not allowed") };
    expect(await httpProbe({ path: "/", port, host: named }, "10.128.0.2", port, soon())).toEqual(refused);
    expect(await tcpProbe(named, "10.128.0.2", port, soon())).toEqual(refused);
    expect(asked).toBe(0);
  });

  test("calls it where the node lets it", async () => {
    const well = { result: "success", output: "" };
    const get = { path: "/", port, host: "localhost" };
    expect(await httpProbe(get, "10.128.0.2", port, soon(), true)).toEqual(well);
    expect(await tcpProbe("localhost", "10.128.0.2", port, soon(), true)).toEqual(well);
  });
});

describe("a probe over TCP", () => {
  test("is well where something listens, and ill where nothing does", async () => {
    const server = createServer();
    const port = await listening(server);
    expect(await tcpProbe(undefined, host, port, soon())).toMatchObject({ result: "success" });
    server.close();
    await once(server, "close");
    expect(await tcpProbe(undefined, host, port, soon())).toEqual({
      result: "failure",
      output: `dial tcp ${host}:${port}: connect: connection refused`,
    });
  });
});

describe("a probe over gRPC", () => {
  const statuses: Readonly<Record<string, number>> = { "": 1, well: 1, ill: 2 };
  let server: Http2Server;
  let port: number;

  beforeAll(async () => {
    server = createHttp2Server();
    server.on("stream", (stream: ServerHttp2Stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const asked = Buffer.concat(chunks).subarray(7).toString();
        const status = headers[":path"] === "/grpc.health.v1.Health/Check" ? statuses[asked] : undefined;
        stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
        stream.on("wantTrailers", () =>
          stream.sendTrailers(
            status === undefined
              ? { "grpc-status": "12", "grpc-message": "unknown" }
              : { "grpc-status": "0" },
          ),
        );
        stream.end(status === undefined ? undefined : Buffer.from([0, 0, 0, 0, 2, 0x08, status]));
      });
    });
    port = await listening(server);
  });
  afterAll(() => server.close());

  const cases: readonly [string, string, string, RegExp][] = [
    ["is well when the server serves", "", "success", /service healthy/],
    ["asks for a service by name", "well", "success", /service healthy/],
    [
      "is ill when the service isn't serving",
      "ill",
      "failure",
      /service unhealthy \(responded with "NOT_SERVING"\)/,
    ],
    [
      "is ill when the server has no health service",
      "none",
      "failure",
      /does not implement the grpc health protocol/,
    ],
  ];
  for (const [name, service, result, output] of cases)
    test(name, async () => {
      const outcome = await grpcProbe(host, port, service, { signal: soon(), timeout: "0.3s" });
      expect(outcome.result).toBe(result);
      expect(outcome.output).toMatch(output);
    });

  test("is ill where nothing listens", async () => {
    const none = await grpcProbe(host, 1, "", { signal: soon(), timeout: "0.3s" });
    expect(none).toEqual({
      result: "failure",
      output: `error: failed to connect service at "${host}:1": dial tcp ${host}:1: connect: connection refused`,
    });
  });
});
