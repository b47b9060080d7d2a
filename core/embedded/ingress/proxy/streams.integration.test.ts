import { once } from "node:events";
import { request as rawRequest } from "node:http";
import { connect } from "node:net";
import { type Ingress, ingresses } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canBeReached, namespace, openTestIngress, type TestIngress } from "../testing/test-ingress.ts";

describe.skipIf(!canBeReached(import.meta.filename))("what passes the ingress", () => {
  let opened: TestIngress;
  const host = "app.acme-dev.localhost";
  let release: () => void = () => undefined;
  let received = 0;
  let paused: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    opened = await openTestIngress();
    const server = await opened.application("app", async (incoming, outgoing) => {
      switch (incoming.url) {
        case "/events":
          outgoing.writeHead(200, { "content-type": "text/event-stream" });
          outgoing.flushHeaders();
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return outgoing.end("data: 1\n\n");
        case "/trailers":
          outgoing.writeHead(200, { trailer: "x-sum" });
          outgoing.write("body");
          outgoing.addTrailers({ "x-sum": "42" });
          return outgoing.end();
        case "/upload":
          await paused;
          for await (const chunk of incoming) received += (chunk as Buffer).length;
          return outgoing.end(JSON.stringify({ received, trailers: incoming.trailers }));
        case "/broken":
          outgoing.writeHead(200, { "content-length": "100" });
          outgoing.write("half");
          return setImmediate(() => outgoing.destroy());
        default:
          return outgoing.end();
      }
    });
    server.on("checkContinue", (incoming, outgoing) => {
      if (incoming.headers["x-refuse"] === undefined) {
        outgoing.writeContinue();
        server.emit("request", incoming, outgoing);
      } else outgoing.writeHead(413, { connection: "close" }).end();
    });
    const ingress: Ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "app", namespace },
      spec: {
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "app", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    };
    await opened.cluster.client.create(ingresses, ingress);
    await opened.cluster.until(ingresses, "app", ({ status }) => status?.loadBalancer?.ingress !== undefined);
  });
  afterAll(() => opened.close());

  const to = (path: string, more: object = {}) =>
    rawRequest({ port: opened.port, host: "127.0.0.1", path, headers: { host }, ...more });

  test("a stream's head comes before its first event", async () => {
    const asking = to("/events");
    asking.end();
    const [answer] = await once(asking, "response");
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    release();
    const [chunk] = await once(answer, "data");
    expect(String(chunk)).toBe("data: 1\n\n");
  });

  test("trailers pass in both directions", async () => {
    expect((await opened.ask(host, { path: "/trailers" })).trailers).toEqual({ "x-sum": "42" });
    received = 0;
    const asking = to("/upload", { method: "POST", headers: { host, trailer: "x-end" } });
    asking.write("abc");
    asking.addTrailers({ "x-end": "1" });
    asking.end();
    const [answer] = await once(asking, "response");
    let text = "";
    for await (const chunk of answer) text += chunk;
    expect(JSON.parse(text)).toEqual({ received: 3, trailers: { "x-end": "1" } });
  });

  test("an upload waits for an application that doesn't read, and comes whole", async () => {
    received = 0;
    let goOn: () => void = () => undefined;
    paused = new Promise((resolve) => {
      goOn = resolve;
    });
    const size = 64 * 1024 * 1024;
    const asking = to("/upload", { method: "PUT", headers: { host, "content-length": String(size) } });
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    const pour = async () => {
      while (sent < size) {
        sent += chunk.length;
        if (!asking.write(chunk)) await once(asking, "drain");
      }
      asking.end();
    };
    const pouring = pour();
    // Nothing is read, so what was taken is what buffers between hold; then it stands still.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(sent).toBeLessThan(size / 2);
    goOn();
    await pouring;
    const [answer] = await once(asking, "response");
    answer.resume();
    await once(answer, "end");
    expect(received).toBe(size);
  });

  test("who asks before sending a body is answered by the application", async () => {
    received = 0;
    paused = Promise.resolve();
    const asking = to("/upload", {
      method: "PUT",
      headers: { host, expect: "100-continue", "content-length": "3" },
    });
    asking.flushHeaders();
    await once(asking, "continue");
    asking.end("abc");
    const [answer] = await once(asking, "response");
    expect(answer.statusCode).toBe(200);
    answer.resume();
    const refused = to("/upload", {
      method: "PUT",
      headers: { host, expect: "100-continue", "content-length": "3", "x-refuse": "1" },
    });
    refused.on("error", () => undefined);
    refused.flushHeaders();
    const [refusal] = await once(refused, "response");
    expect(refusal.statusCode).toBe(413);
    refused.destroy();
  });

  test("an answer that breaks off breaks off for the caller too", async () => {
    const socket = connect(opened.port, "127.0.0.1");
    socket.write(`GET /broken HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    await once(socket, "close");
    expect(text).toContain("content-length: 100");
    expect(text.endsWith("half")).toBe(true);
  });
});
