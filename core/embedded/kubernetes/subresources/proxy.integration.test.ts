import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { duplexPair } from "node:stream";
import { readText } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkAddress } from "../testing/network-address.ts";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";

const address = networkAddress(import.meta.filename);

const namespace = "/api/v1/namespaces/default";

describe.skipIf(address === undefined)("proxy", () => {
  let server: TestServer;
  let behind: Server;
  let port: number;
  let seen: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly headers: IncomingHttpHeaders;
  };

  beforeAll(async () => {
    behind = createServer((request, response) => {
      seen = { method: request.method, url: request.url, headers: request.headers };
      if (request.url === "/moved") return void response.writeHead(302, { location: "/new?a=b" }).end();
      if (request.url === "/page")
        return void response
          .writeHead(200, { "content-type": "text/html; charset=utf-8" })
          .end('<a href="/x">x</a>');
      response.writeHead(200, { "access-control-allow-origin": "*" });
      request.pipe(response);
    });
    behind.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => behind.listen(0, address, resolve));
    port = (behind.address() as AddressInfo).port;
    server = await openTestServer({ node: {} });
    const ports = [{ containerPort: port }];
    await server.ok("POST", `${namespace}/pods`, {
      metadata: { name: "web" },
      spec: { nodeName: "here", containers: [{ name: "a", image: "b", ports }] },
    });
    await place("web", String(address));
    await server.ok("POST", `${namespace}/services`, {
      metadata: { name: "web" },
      spec: { ports: [{ name: "http", port: 80 }] },
    });
    await endpoints("web", { ip: address, targetRef: { kind: "Pod", namespace: "default", name: "web" } });
  });

  afterAll(async () => {
    await server.close();
    behind.closeAllConnections();
    behind.close();
  });

  async function place(name: string, podIP: string): Promise<void> {
    const status = { podIP, podIPs: [{ ip: podIP }] };
    await server.ok("PATCH", `${namespace}/pods/${name}/status`, { status }, "application/merge-patch+json");
  }

  async function endpoints(name: string, endpoint: unknown): Promise<void> {
    const subsets = [{ addresses: [endpoint], ports: [{ name: "http", port }] }];
    await server.ok("POST", `${namespace}/endpoints`, { metadata: { name }, subsets });
  }

  const ask = (path: string, method = "GET", headers: Readonly<Record<string, string>> = {}, body?: string) =>
    server.server.handler({
      method,
      path: `${namespace}/${path}`,
      headers: { host: "api.example:6443", authorization: `Bearer ${adminToken}`, ...headers },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });

  test.each([
    "pods/web/proxy",
    "pods/http:web:PORT/proxy",
    "services/web:http/proxy",
    "services/web:80/proxy",
  ])("%s reaches the server, path and query as they came", async (path) => {
    const where = path.replace("PORT", String(port));
    const response = await ask(`${where}/a%2Fb/../c/?d=e%20f`, "POST", {}, "hello");
    expect([response.status, await readText(response)]).toEqual([200, "hello"]);
    expect([seen.method, seen.url]).toEqual(["POST", "/a%2Fb/../c/?d=e%20f"]);
    expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("the Pod sees nothing of who the caller is to us", async () => {
    const headers = {
      "impersonate-user": "system:admin",
      "impersonate-group": "system:masters",
      "x-own": "mine",
    };
    await ask("pods/web/proxy/", "GET", headers);
    expect(seen.headers["authorization"]).toBeUndefined();
    expect(Object.keys(seen.headers).filter((name) => name.startsWith("impersonate"))).toEqual([]);
    expect(seen.headers["x-own"]).toBe("mine");
    expect(seen.headers["x-forwarded-uri"]).toBe(`${namespace}/pods/web/proxy/`);
  });

  test("addresses in answers lead by the same way again", async () => {
    const moved = await ask("services/web:http/proxy/moved");
    expect([moved.status, moved.headers["location"]]).toEqual([
      302,
      `${namespace}/services/web:http/proxy/new?a=b`,
    ]);
    expect(await readText(await ask("pods/web/proxy/page"))).toBe(
      `<a href="${namespace}/pods/web/proxy/x">x</a>`,
    );
  });

  test("a root without its slash is sent there", async () => {
    const response = await ask("pods/web/proxy?a=b");
    expect([response.status, response.headers["location"]]).toEqual([
      301,
      `${namespace}/pods/web/proxy/?a=b`,
    ]);
  });

  test("another protocol goes through", async () => {
    const response = await ask("services/web:http/proxy/", "GET", { connection: "upgrade", upgrade: "echo" });
    expect([response.status, response.headers["upgrade"]]).toEqual([101, "echo"]);
    const [mine, theirs] = duplexPair();
    response.upgrade?.(theirs);
    mine.write("hello");
    const [said] = await once(mine, "data");
    expect(String(said)).toBe("hello");
    mine.destroy();
  });

  test.each(["127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1"])(
    "a Pod that says its address is %s leads nowhere (security case 13)",
    async (podIP) => {
      const name = `liar-${podIP.replaceAll(/[.:]/g, "-")}x`;
      await server.ok("POST", `${namespace}/pods`, {
        metadata: { name },
        spec: { nodeName: "here", containers: [{ name: "a", image: "b" }] },
      });
      await place(name, podIP);
      expect(await ask(`pods/${name}:80/proxy/`)).toMatchObject({
        status: 400,
        json: { message: "address not allowed" },
      });
    },
  );

  test.each([
    ["no Pod", { ip: "1.2.3.4" }],
    [
      "another address than the Pod's",
      { ip: "1.2.3.4", targetRef: { kind: "Pod", namespace: "default", name: "web" } },
    ],
    [
      "a Pod of another namespace",
      { ip: "1.2.3.4", targetRef: { kind: "Pod", namespace: "kube-system", name: "web" } },
    ],
  ])("endpoints that name %s lead nowhere (security case 13)", async (_name, endpoint) => {
    const name = `svc-${Math.abs(JSON.stringify(endpoint).length)}`;
    await server.ok("POST", `${namespace}/services`, {
      metadata: { name },
      spec: { ports: [{ name: "http", port: 80 }] },
    });
    await endpoints(name, endpoint);
    expect(await ask(`services/${name}:http/proxy/`)).toMatchObject({
      status: 503,
      json: { message: `no endpoints available for service "${name}:http"` },
    });
  });

  test("a Pod that isn't on this machine's networks, or doesn't answer, says so", async () => {
    await server.ok("POST", `${namespace}/pods`, {
      metadata: { name: "away" },
      spec: { nodeName: "here", containers: [{ name: "a", image: "b" }] },
    });
    await place("away", "203.0.113.7");
    expect(await ask("pods/away:80/proxy/")).toMatchObject({
      status: 503,
      json: { reason: "ServiceUnavailable" },
    });
    expect(await ask(`pods/web:${await unused()}/proxy/`)).toMatchObject({
      status: 503,
      json: { message: expect.stringContaining("error trying to reach service: connect ECONNREFUSED") },
    });
  });

  async function unused(): Promise<number> {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, address, resolve));
    const found = (taken.address() as AddressInfo).port;
    await new Promise((resolve) => taken.close(resolve));
    return found;
  }
});
