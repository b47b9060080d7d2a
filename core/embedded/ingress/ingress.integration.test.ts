import { request as rawRequest } from "node:http";
import {
  configMaps,
  deployments,
  endpointSlices,
  events,
  type Ingress,
  type IngressBackend,
  ingresses,
  leases,
  managementCluster,
  pods,
  services,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  canBeReached,
  namespace,
  openTestIngress,
  type Reply,
  type TestIngress,
} from "./testing/test-ingress.ts";

describe.skipIf(!canBeReached(import.meta.filename))("the ingress", () => {
  let opened: TestIngress;
  let cluster: TestIngress["cluster"];

  beforeAll(async () => {
    opened = await openTestIngress();
    cluster = opened.cluster;
  });
  afterAll(() => opened.close());

  async function expose(
    name: string,
    backend: IngressBackend,
    host = `${name}.acme-dev.localhost`,
  ): Promise<void> {
    const object: Ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name, namespace },
      spec: { rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
    };
    await cluster.client.create(ingresses, object);
    await cluster.until(
      ingresses,
      name,
      (seen) => seen.status?.loadBalancer?.ingress?.[0]?.hostname === "localhost",
    );
  }

  function get(host: string, path = "/", headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return opened.ask(host, { path, headers });
  }

  test("the keys of a ConfigMap are served as files, with types and entity tags", async () => {
    await cluster.client.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "site", namespace },
      data: { "index.html": "<h1>Hello</h1>", "style.css": "h1{color:red}" },
      binaryData: { "dot.png": Buffer.from([1, 2, 3]).toString("base64") },
    });
    await expose("site", { resource: { kind: "ConfigMap", name: "site" } });
    const home = await get("site.acme-dev.localhost");
    expect([home.status, home.text]).toEqual([200, "<h1>Hello</h1>"]);
    expect(home.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect((await get("site.acme-dev.localhost", "/style.css?v=1")).headers["content-type"]).toContain(
      "text/css",
    );
    expect((await get("site.acme-dev.localhost", "/dot.png")).text).toBe("\u0001\u0002\u0003");
    const again = await get("site.acme-dev.localhost", "/", { "if-none-match": home.headers.etag ?? "" });
    expect(again.status).toBe(304);
    for (const missing of ["/other.html", "/constructor", "/..%2f..%2fetc%2fpasswd", "/%"])
      expect((await get("site.acme-dev.localhost", missing)).status, missing).toBe(404);
  });

  test("case 23: a running Pod is reached through its Service, and told who called whatever the caller says", async () => {
    const server = await opened.application("real", (incoming, outgoing) => {
      outgoing.setHeader("set-cookie", ["a=1", "b=2"]);
      outgoing.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
    });
    server.on("upgrade", (_incoming, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    await expose("real", { service: { name: "real", port: { number: 80 } } });
    const reply = await get("real.acme-dev.localhost", "/a?b=c", {
      "x-forwarded-for": "203.0.113.1",
      "x-forwarded-host": "bank.example",
      forwarded: "for=203.0.113.1",
      "x-real-ip": "203.0.113.1",
      connection: "x-secret",
      "x-secret": "1",
    });
    const seen = JSON.parse(reply.text) as { url: string; headers: Record<string, string> };
    expect(seen.url).toBe("/a?b=c");
    expect(seen.headers).toMatchObject({
      host: "real.acme-dev.localhost:8700",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "real.acme-dev.localhost:8700",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "8700",
    });
    for (const gone of ["forwarded", "x-real-ip", "x-secret"])
      expect(seen.headers[gone], gone).toBeUndefined();
    expect(reply.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  test("a websocket is joined through", async () => {
    const echoed = await new Promise((resolve, reject) => {
      const headers = { host: "real.acme-dev.localhost", connection: "upgrade", upgrade: "echo" };
      rawRequest({ port: opened.port, host: "127.0.0.1", headers })
        .on("upgrade", (_incoming, socket) => {
          socket.once("data", (data) => {
            socket.destroy();
            resolve(String(data));
          });
          socket.write("hello");
        })
        .on("error", reject)
        .end();
    });
    expect(echoed).toBe("hello");
  });

  test("a simulated application says that nothing runs, what would, and how to make it", async () => {
    const labels = { app: "wordpress" };
    await cluster.client.create(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "blog", namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "w", image: "wordpress:6<b>" }] } },
      },
    });
    await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "blog", namespace },
      spec: { selector: labels, ports: [{ port: 80 }] },
    });
    await expose("blog", { service: { name: "blog", port: { number: 80 } } });
    await expect.poll(async () => (await get("blog.acme-dev.localhost")).text).toContain("simulated");
    const { status, text } = await get("blog.acme-dev.localhost");
    expect(status).toBe(503);
    expect(text).toContain("wordpress:6&lt;b&gt;");
    expect(text).toContain("./catalyst up --runtime podman");
  });

  test("an application that isn't ready says why", async () => {
    await cluster.client.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "stuck",
        namespace,
        labels: { app: "stuck" },
        annotations: { "catalyst.openova.io/simulate": "pull-error" },
      },
      spec: { containers: [{ name: "c", image: "nowhere.example/app:1" }] },
    });
    await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "stuck", namespace },
      spec: { selector: { app: "stuck" }, ports: [{ port: 80 }] },
    });
    await expose("stuck", { service: { name: "stuck", port: { number: 80 } } });
    await expect.poll(async () => (await get("stuck.acme-dev.localhost")).text).toContain("ErrImagePull");
    expect((await get("stuck.acme-dev.localhost")).status).toBe(503);
  });

  test("an endpoint that is on none of this machine's networks is not looked for outside", async () => {
    await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ended", namespace },
      spec: { ports: [{ name: "http", port: 80 }] },
    });
    await cluster.client.create(endpointSlices, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "ended-1", namespace, labels: { "kubernetes.io/service-name": "ended" } },
      addressType: "IPv4",
      ports: [{ name: "http", port: 80 }],
      endpoints: [{ addresses: ["203.0.113.9"], conditions: { ready: true } }],
    });
    await expose("ended", { service: { name: "ended", port: { number: 80 } } });
    const reply = await get("ended.acme-dev.localhost");
    expect([reply.status, reply.text.includes("running again yet")]).toEqual([503, true]);
  });

  test("a name nobody claimed is 404 and its markup is text", async () => {
    const reply = await get("nobody.acme-dev.localhost");
    expect(reply.status).toBe(404);
    expect((await get("x<script>.example")).text).not.toContain("<script>");
    expect(opened.ingress.owns("blog.acme-dev.localhost:8700")).toBe(true);
    expect(opened.ingress.owns("localhost:8700")).toBe(false);
    expect(opened.ingress.owns("evil.example")).toBe(false);
  });

  test("case 41: another Environment can't take a platform name, nor a domain claimed before", async () => {
    await cluster.clusters.ensure("other-dev");
    const other = cluster.clusters.client("other-dev");
    const claim = (name: string, host: string): Ingress => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name, namespace },
      spec: {
        rules: [
          {
            host,
            http: {
              paths: [{ path: "/", pathType: "Prefix", backend: { resource: { kind: "ConfigMap", name } } }],
            },
          },
        ],
      },
    });
    await other.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "thief", namespace },
      data: { "index.html": "stolen" },
    });
    await other.create(ingresses, claim("thief", "site.acme-dev.localhost"));
    await expect.poll(() => cluster.controllers.cache.list("other-dev", ingresses).length).toBe(1);
    expect((await get("site.acme-dev.localhost")).text).toBe("<h1>Hello</h1>");
  });

  test("case 41: the first cluster that names a host keeps it, an older object that names it later doesn't get it", async () => {
    await opened.another("rival-dev");
    const rival = cluster.clusters.client("rival-dev");
    const files = { resource: { kind: "ConfigMap", name: "site" } };
    const claim = (host: string): Ingress => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "old", namespace },
      spec: { rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend: files }] } }] },
    });
    await rival.create(ingresses, claim("mine.localhost"));
    await expose("shop", files, "shop.localhost");
    await rival.update(ingresses, claim("shop.localhost"));
    await expect
      .poll(async () => (await rival.list(events, { namespace })).items.map(({ reason }) => reason))
      .toContain("HostTaken");
    expect((await get("shop.localhost")).text).toBe("<h1>Hello</h1>");
    const told = (await rival.list(events, { namespace })).items.find(({ reason }) => reason === "HostTaken");
    expect(told?.message).not.toContain("acme-dev");
    await rival.get(ingresses, { namespace, name: "old" }).then((old) => {
      expect(old.status?.loadBalancer?.ingress ?? []).toEqual([]);
    });
    await cluster.client.delete(ingresses, { namespace, name: "shop" });
    await expect
      .poll(async () => {
        const lease = await cluster.clusters
          .client(managementCluster)
          .find(leases, { namespace: "kube-system", name: "host.shop.localhost" });
        return lease?.spec?.holderIdentity;
      })
      .toBe("rival-dev");
    await expect
      .poll(
        async () => (await rival.get(ingresses, { namespace, name: "old" })).status?.loadBalancer?.ingress,
      )
      .toEqual([{ hostname: "localhost" }]);
  });

  test("an Ingress of another class is left alone, one of a class that isn't there is told so", async () => {
    const backend = { resource: { kind: "ConfigMap", name: "site" } };
    const host = "classed.acme-dev.localhost";
    await cluster.client.create(ingresses, {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "classed", namespace },
      spec: {
        ingressClassName: "nginx",
        rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    } as Ingress);
    await expect
      .poll(async () => (await cluster.client.list(events, { namespace })).items.map(({ reason }) => reason))
      .toContain("IngressClassNotFound");
    expect((await get(host)).status).toBe(404);
    await cluster.client.mergePatch(
      ingresses,
      { namespace, name: "classed" },
      { spec: { ingressClassName: "catalyst" } },
    );
    await expect.poll(async () => (await get(host)).status).toBe(200);
  });

  test("a backend that can't serve requests is refused with a reason", async () => {
    await expose("bucket", { resource: { apiGroup: "k8s.example", kind: "Bucket", name: "b" } });
    const reply = await get("bucket.acme-dev.localhost");
    expect([reply.status, reply.text.includes("a Bucket, which can&#39;t serve")]).toEqual([503, true]);
  });
});
