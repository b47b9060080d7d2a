import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect,
  constants,
  type Http2Server,
  type ServerHttp2Session,
} from "node:http2";
import { type Ingress, ingresses } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canBeReached, namespace, openTestIngress, type TestIngress } from "../testing/test-ingress.ts";

describe.skipIf(!canBeReached(import.meta.filename))("an application that speaks HTTP/2 alone", () => {
  let opened: TestIngress;
  let application: Http2Server;
  let caller: ClientHttp2Session;
  let connections = 0;
  let last: ServerHttp2Session;
  let cancelled: Promise<unknown> = Promise.resolve();
  const host = "grpc.acme-dev.localhost";

  beforeAll(async () => {
    opened = await openTestIngress();
    application = await opened.http2Application("grpc", async (incoming, outgoing) => {
      switch (incoming.url) {
        case "/echo.Echo/Talk":
          // Each message is answered as it comes: no body ends before the other.
          outgoing.writeHead(200, { "content-type": "application/grpc" });
          for await (const chunk of incoming) outgoing.write(`<${chunk}>`);
          outgoing.addTrailers({ "grpc-status": "0", "x-told": incoming.trailers["x-end"] ?? "nothing" });
          return outgoing.end();
        case "/echo.Echo/Missing":
          return outgoing.writeHead(200, { "grpc-status": "12", "grpc-message": "none" }).end();
        case "/silent":
          cancelled = once(incoming.stream, "close");
          return outgoing.writeHead(200).write("first");
        case "/broken":
          outgoing.writeHead(200).write("half");
          return setImmediate(() => outgoing.stream.close(2));
        default: {
          const { ":authority": authority, te, "x-forwarded-host": forwarded } = incoming.headers;
          outgoing.setHeader("set-cookie", ["a=1", "b=2"]);
          return outgoing.end(JSON.stringify({ authority, te, forwarded, method: incoming.method }));
        }
      }
    });
    application.on("session", (session) => {
      connections++;
      last = session;
    });
    await opened.cluster.client.create(ingresses, ingressOf(host, "grpc"));
    await opened.cluster.until(
      ingresses,
      "grpc",
      ({ status }) => status?.loadBalancer?.ingress !== undefined,
    );
    caller = connect(`http://127.0.0.1:${opened.http2Port}`);
  });
  afterAll(async () => {
    caller.destroy();
    await opened.close();
  });

  const call = (path: string, waitForTrailers = false) =>
    caller.request(
      {
        ":path": path,
        ":method": "POST",
        ":authority": host,
        te: "trailers",
        "content-type": "application/grpc",
      },
      { waitForTrailers },
    );

  test("is asked by who speaks HTTP/1.1", async () => {
    const reply = await opened.ask(host, { path: "/", method: "PUT", body: "x" });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({
      authority: `${host}:8700`,
      te: "trailers",
      forwarded: `${host}:8700`,
      method: "PUT",
    });
    expect(reply.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  test("talks in both directions at once, with trailers in both", async () => {
    const stream = call("/echo.Echo/Talk", true);
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "yes" }));
    const trailers = once(stream, "trailers");
    stream.write("one");
    const [head] = await once(stream, "response");
    expect(head).toMatchObject({ ":status": 200, "content-type": "application/grpc" });
    expect(String((await once(stream, "data"))[0])).toBe("<one>");
    stream.write("two");
    expect(String((await once(stream, "data"))[0])).toBe("<two>");
    stream.end();
    stream.resume();
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "0", "x-told": "yes" });
  });

  test("answers with a head alone", async () => {
    const stream = call("/echo.Echo/Missing");
    stream.end();
    expect((await once(stream, "response"))[0]).toMatchObject({
      "grpc-status": "12",
      "grpc-message": "none",
    });
    stream.close();
  });

  test("hears when its caller goes away", async () => {
    const stream = call("/silent");
    stream.end();
    await once(stream, "data");
    stream.close(constants.NGHTTP2_CANCEL);
    await cancelled;
  });

  test("breaks off for its caller too", async () => {
    const stream = call("/broken");
    stream.end();
    const failed = once(stream, "error");
    stream.resume();
    await once(stream, "close").catch(() => undefined);
    await expect(failed).resolves.toBeDefined();
  });

  test("is asked over one connection, and over a new one when it closes that", async () => {
    const before = connections;
    await Promise.all(Array.from({ length: 20 }, () => opened.ask(host)));
    expect(connections).toBe(before);
    last.close();
    await once(last, "close");
    expect((await opened.ask(host)).status).toBe(200);
    expect(connections).toBe(before + 1);
  });

  test("is told of as not there when something else answers at its address", async () => {
    await opened.application("plain", (_incoming, outgoing) => outgoing.end(), "kubernetes.io/h2c");
    const other = "plain.acme-dev.localhost";
    await opened.cluster.client.create(ingresses, ingressOf(other, "plain"));
    await opened.cluster.until(
      ingresses,
      "plain",
      ({ status }) => status?.loadBalancer?.ingress !== undefined,
    );
    expect((await opened.ask(other)).status).toBe(502);
  });
});

function ingressOf(host: string, name: string): Ingress {
  const backend = { service: { name, port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace },
    spec: { rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
  };
}
