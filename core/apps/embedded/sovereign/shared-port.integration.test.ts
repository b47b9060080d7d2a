import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectHttp2, constants } from "node:http2";
import { request as secureRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, createSecureContext, type TLSSocket } from "node:tls";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type LocalAuthority, localAuthority } from "@catalyst/embedded-kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FrontDoor, type Incoming, type Outgoing, takeFrontDoor } from "./front-door.ts";

let folder: string;
let authority: LocalAuthority;
let door: FrontDoor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-shared-port-"));
  authority = await localAuthority(folder, systemClock);
  door = await takeFrontDoor({ listen: "127.0.0.1", port: 0, logger: silentLogger });
  door.open({
    api: () => undefined,
    handlers: {},
    identity: () => undefined,
    console: (_request, response) => response.end("console"),
    applications: {
      owns: () => false,
      request: (incoming: Incoming, outgoing: Outgoing) => {
        outgoing.setHeader("x-version", incoming.httpVersion);
        outgoing.end("application");
      },
      upgrade: (_request, socket) => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
        socket.pipe(socket);
      },
      certificateFor: async (host) =>
        host.startsWith("app.")
          ? createSecureContext({ ...(await authority.issueServer({ dns: [host] })) })
          : undefined,
    },
    certificate: await authority.keptServer(),
  });
});
afterAll(async () => {
  await door.close();
  await rm(folder, { recursive: true });
});

const app = "app.demo-dev.localhost";

/** Asks over TLS and gives status, headers, body and the names of the certificate that was shown. */
async function ask(host: string, headers: Readonly<Record<string, string>> = {}) {
  const asking = secureRequest({
    host: "127.0.0.1",
    port: door.port,
    servername: host,
    ca: authority.certificate,
    headers: { host: `${host}:${door.port}`, ...headers },
    agent: false,
  });
  asking.end();
  const [answer] = await once(asking, "response");
  const names = (answer.socket as TLSSocket).getPeerCertificate().subjectaltname ?? "";
  let text = "";
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode as number, headers: answer.headers, text, names };
}

test("an application is reached over TLS at the plain port, with a certificate for its name", async () => {
  const reply = await ask(app);
  expect([reply.text, reply.headers["x-version"]]).toEqual(["application", "1.1"]);
  expect(reply.names).toContain(`DNS:${app}`);
});

test("the Sovereign's own name leads to its one plain origin", async () => {
  const reply = await ask("localhost");
  expect([reply.status, reply.headers.location]).toEqual([307, `http://localhost:${door.port}/`]);
  expect((await ask("localhost", { host: "evil.example" })).status).toBe(421);
});

test("HTTP/2 is spoken with who asks for it", async () => {
  const session = connectHttp2(`https://${app}:${door.port}`, {
    ca: authority.certificate,
    createConnection: () =>
      connectTls({
        host: "127.0.0.1",
        port: door.port,
        servername: app,
        ca: authority.certificate,
        ALPNProtocols: ["h2"],
      }),
  });
  const stream = session.request({ ":path": "/" });
  const [headers] = await once(stream, "response");
  let text = "";
  for await (const chunk of stream) text += chunk;
  session.close();
  expect([headers[constants.HTTP2_HEADER_STATUS], headers["x-version"], text]).toEqual([
    200,
    "2.0",
    "application",
  ]);
});

test("HTTP/2 is spoken without TLS with who begins so, also byte by byte, by applications alone", async () => {
  const socket = connect(door.port, "127.0.0.1");
  const slowly = async (bytes: Buffer) => {
    for (const byte of bytes) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await slowly(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  const [settings] = await once(socket, "data");
  // The type of the first frame: SETTINGS.
  expect((settings as Buffer)[3]).toBe(4);
  socket.destroy();
  const session = connectHttp2(`http://127.0.0.1:${door.port}`);
  const stream = session.request({ ":path": "/", ":authority": `${app}:${door.port}` });
  const [headers] = await once(stream, "response");
  let text = "";
  for await (const chunk of stream) text += chunk;
  expect([headers[":status"], headers["x-version"], text]).toEqual([200, "2.0", "application"]);
  const own = session.request({ ":path": "/", ":authority": `localhost:${door.port}` });
  await expect(once(own, "response")).rejects.toThrow("NGHTTP2_HTTP_1_1_REQUIRED");
  const foreign = session.request({ ":path": "/", ":authority": "evil.example" });
  expect((await once(foreign, "response"))[0][":status"]).toBe(421);
  session.destroy();
});

test("a websocket goes over TLS too", async () => {
  const asking = secureRequest({
    host: "127.0.0.1",
    port: door.port,
    servername: app,
    ca: authority.certificate,
    headers: { host: `${app}:${door.port}`, connection: "upgrade", upgrade: "echo" },
    agent: false,
  });
  asking.end();
  const [, socket] = await once(asking, "upgrade");
  socket.write("hello");
  const [data] = await once(socket, "data");
  socket.destroy();
  expect(String(data)).toBe("hello");
});

test("plain requests, one by one and byte by byte, are served as ever", async () => {
  const socket = connect(door.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  for (const byte of `GET / HTTP/1.1\r\nhost: localhost:${door.port}\r\n\r\n`) {
    socket.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => text).toContain("console");
  socket.write(`GET / HTTP/1.1\r\nhost: localhost:${door.port}\r\nconnection: close\r\n\r\n`);
  await once(socket, "close");
  expect(text.split("console").length).toBe(3);
});

test("what is neither is refused, and a closed door keeps no connection", async () => {
  const other = await takeFrontDoor({ listen: "127.0.0.1", port: 0, logger: silentLogger });
  const silent = connect(other.port, "127.0.0.1");
  const broken = connect(other.port, "127.0.0.1");
  await once(silent, "connect");
  broken.write(Buffer.from([22, 3, 1, 0]));
  broken.on("error", () => undefined);
  await once(broken, "close");
  const closed = once(silent, "close");
  await other.close();
  await closed;
});
