import { once } from "node:events";
import { request as rawRequest } from "node:http";
import {
  type Gateway,
  gatewayClasses,
  gateways,
  type HttpRoute,
  type HttpRouteRule,
  httpRoutes,
  namespaces,
  type ReferenceGrant,
  referenceGrants,
  secrets,
  services,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canBeReached, namespace, openTestIngress, type TestIngress } from "../testing/test-ingress.ts";

describe.skipIf(!canBeReached(import.meta.filename))("routes of Gateway API", () => {
  let opened: TestIngress;
  let cluster: TestIngress["cluster"];
  /** Requests that each application got. */
  const got: { readonly name: string; readonly line: string }[] = [];

  beforeAll(async () => {
    opened = await openTestIngress();
    cluster = opened.cluster;
    for (const name of ["one", "two"])
      await opened.application(name, (incoming, outgoing) => {
        got.push({ name, line: `${incoming.method} ${incoming.url}` });
        outgoing.setHeader("x-from", "application");
        outgoing.end(JSON.stringify({ name, url: incoming.url, headers: incoming.headers }));
      });
    await opened.application("silent", () => undefined);
    await gateway("main", [{ name: "http", port: 80, protocol: "HTTP" }]);
  });
  afterAll(() => opened.close());

  async function gateway(
    name: string,
    listeners: Gateway["spec"]["listeners"],
    more: object = {},
  ): Promise<void> {
    await cluster.client.create(gateways, {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name, namespace },
      spec: { gatewayClassName: "catalyst", listeners, ...more },
    });
  }

  function route(name: string, rules: readonly HttpRouteRule[], spec: object = {}): HttpRoute {
    return {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name, namespace },
      spec: { parentRefs: [{ name: "main" }], hostnames: [`${name}.acme-dev.localhost`], rules, ...spec },
    };
  }

  /** Applies a route and gives `Type=Status/Reason` of its first parent, once there are some. */
  async function applied(object: HttpRoute): Promise<readonly string[]> {
    await cluster.client.create(httpRoutes, object);
    const seen = await cluster.until(
      httpRoutes,
      object.metadata.name,
      ({ status }) => (status?.parents ?? []).length > 0,
    );
    return (seen.status?.parents?.[0]?.conditions ?? []).map(shown).sort();
  }

  const shown = (condition: { type: string; status: string; reason: string }) =>
    `${condition.type}=${condition.status}/${condition.reason}`;

  const good = ["Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs"];
  const to = (name: string, more: object = {}) => ({ name, port: 80, ...more });

  interface Seen {
    readonly name: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }

  async function seenAt(host: string, asked: object = {}): Promise<Seen> {
    return JSON.parse((await opened.ask(host, asked)).text) as Seen;
  }

  test("the class, a Gateway and its listener say that they are served", async () => {
    await expect
      .poll(async () =>
        (await cluster.client.get(gatewayClasses, { name: "catalyst" })).status?.conditions?.map(shown),
      )
      .toEqual(["Accepted=True/Accepted", "SupportedVersion=True/SupportedVersion"]);
    const served = await cluster.until(
      gateways,
      "main",
      ({ status }) => (status?.listeners ?? []).length > 0,
    );
    expect(served.status?.conditions?.map(shown)).toEqual([
      "Accepted=True/Accepted",
      "Programmed=True/Programmed",
    ]);
    expect(served.status?.addresses).toEqual([{ type: "Hostname", value: "localhost" }]);
    expect(served.status?.listeners?.[0]?.conditions.map(shown)).toEqual([
      "Accepted=True/Accepted",
      "Conflicted=False/NoConflicts",
      "ResolvedRefs=True/ResolvedRefs",
      "Programmed=True/Programmed",
    ]);
  });

  test("requests are matched, changed on the way, and answered by the chosen Service", async () => {
    const rules: readonly HttpRouteRule[] = [
      {
        matches: [{ path: { type: "PathPrefix", value: "/old" } }],
        filters: [
          {
            type: "URLRewrite",
            urlRewrite: {
              hostname: "inner.example",
              path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/new" },
            },
          },
          {
            type: "RequestHeaderModifier",
            requestHeaderModifier: {
              set: [{ name: "X-Set", value: "1" }],
              add: [{ name: "x-add", value: "2" }],
              remove: ["x-gone"],
            },
          },
          {
            type: "ResponseHeaderModifier",
            responseHeaderModifier: { add: [{ name: "x-from", value: "route" }] },
          },
        ],
        backendRefs: [
          to("two", {
            filters: [
              {
                type: "RequestHeaderModifier",
                requestHeaderModifier: { set: [{ name: "x-backend", value: "two" }] },
              },
            ],
          }),
        ],
      },
      {
        matches: [{ path: { type: "PathPrefix", value: "/go" } }],
        filters: [
          {
            type: "RequestRedirect",
            requestRedirect: {
              scheme: "https",
              statusCode: 308,
              path: { type: "ReplaceFullPath", replaceFullPath: "/there" },
            },
          },
        ],
      },
      { matches: [{ method: "DELETE" }], backendRefs: [to("two")] },
      { backendRefs: [to("one")] },
    ];
    expect(await applied(route("changes", rules))).toEqual(good);
    const host = "changes.acme-dev.localhost";
    expect((await seenAt(host)).name).toBe("one");
    expect((await seenAt(host, { method: "DELETE" })).name).toBe("two");
    const asked = { path: "/old/x?q=1", headers: { "x-add": "1", "x-gone": "1" } };
    const reply = await opened.ask(host, asked);
    const seen = JSON.parse(reply.text) as Seen;
    expect([seen.name, seen.url]).toEqual(["two", "/new/x?q=1"]);
    expect(seen.headers).toMatchObject({
      host: "inner.example",
      "x-set": "1",
      "x-add": "1, 2",
      "x-backend": "two",
    });
    expect(seen.headers["x-gone"]).toBeUndefined();
    expect(reply.headers["x-from"]).toBe("application, route");
    const redirect = await opened.ask(host, { path: "/go/x?q=1" });
    expect([redirect.status, redirect.headers.location]).toEqual([308, `https://${host}:8700/there?q=1`]);
  });

  test("weights share requests, and copies go to whom they mirror", async () => {
    const mirror = { type: "RequestMirror", requestMirror: { backendRef: to("two") } };
    await applied(
      route("shared", [
        { matches: [{ path: { value: "/mirror" } }], filters: [mirror], backendRefs: [to("one")] },
        { backendRefs: [to("one", { weight: 3 }), to("two", { weight: 1 }), to("missing", { weight: 0 })] },
      ]),
    );
    const host = "shared.acme-dev.localhost";
    const names: string[] = [];
    for (let count = 0; count < 80; count++) names.push((await seenAt(host)).name);
    const ones = names.filter((name) => name === "one").length;
    // 60 of 80 are expected; beyond these bounds chance comes once in a million runs
    expect(ones).toBeGreaterThan(38);
    expect(ones).toBeLessThan(78);
    got.length = 0;
    expect((await seenAt(host, { path: "/mirror", method: "POST", body: "hello" })).name).toBe("one");
    await expect
      .poll(() => got.filter(({ name }) => name === "two").map(({ line }) => line))
      .toEqual(["POST /mirror"]);
  });

  test("a route whose time is up answers 504", async () => {
    await applied(route("slow", [{ timeouts: { request: "100ms" }, backendRefs: [to("silent")] }]));
    expect((await opened.ask("slow.acme-dev.localhost")).status).toBe(504);
  });

  test("a browser's question is answered by the route, and its answer carries the same leave", async () => {
    const cors = { type: "CORS", cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"] } };
    await applied(route("cors", [{ filters: [cors], backendRefs: [to("one")] }]));
    const headers = { origin: "https://a.example", "access-control-request-method": "GET" };
    const preflight = await opened.ask("cors.acme-dev.localhost", { method: "OPTIONS", headers });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([
      204,
      "https://a.example",
    ]);
    const answer = await opened.ask("cors.acme-dev.localhost", { headers: { origin: "https://a.example" } });
    expect(answer.headers["access-control-allow-origin"]).toBe("https://a.example");
  });

  test.each<[string, string, HttpRouteRule, readonly string[], number]>([
    [
      "a Service that isn't there",
      "missing",
      { backendRefs: [to("nobody")] },
      ["Accepted=True/Accepted", "ResolvedRefs=False/BackendNotFound"],
      500,
    ],
    [
      "a kind that can't answer",
      "kind",
      { backendRefs: [to("one", { group: "a.example", kind: "Thing" })] },
      ["Accepted=True/Accepted", "ResolvedRefs=False/InvalidKind"],
      500,
    ],
    [
      "a Service of another namespace that didn't let it",
      "ungranted",
      { backendRefs: [to("one", { namespace: "elsewhere" })] },
      ["Accepted=True/Accepted", "ResolvedRefs=False/RefNotPermitted"],
      500,
    ],
    [
      "a filter that nothing here does",
      "filter",
      {
        filters: [{ type: "ExtensionRef", extensionRef: { group: "a.example", kind: "Thing", name: "x" } }],
        backendRefs: [to("one")],
      },
      ["Accepted=False/UnsupportedValue", "ResolvedRefs=True/ResolvedRefs"],
      404,
    ],
    [
      "an expression that is none",
      "expression",
      { matches: [{ path: { type: "RegularExpression", value: "/(" } }], backendRefs: [to("one")] },
      ["Accepted=False/UnsupportedValue", "ResolvedRefs=True/ResolvedRefs"],
      404,
    ],
    ["nobody at all", "empty", {}, good, 500],
  ])("a route to %s says so", async (_name, name, rule, conditions, status) => {
    expect(await applied(route(name, [rule]))).toEqual(conditions);
    expect((await opened.ask(`${name}.acme-dev.localhost`)).status).toBe(status);
  });

  test.each<[string, string, object, string]>([
    [
      "a listener that isn't there",
      "section",
      { parentRefs: [{ name: "main", sectionName: "other" }] },
      "Accepted=False/NoMatchingParent",
    ],
    [
      "a port that isn't there",
      "port",
      { parentRefs: [{ name: "main", port: 81 }] },
      "Accepted=False/NoMatchingParent",
    ],
    [
      "no host in common",
      "host",
      { parentRefs: [{ name: "narrow" }], hostnames: ["host.acme-dev.localhost"] },
      "Accepted=False/NoMatchingListenerHostname",
    ],
    [
      "a listener for other namespaces",
      "selected",
      { parentRefs: [{ name: "picky" }] },
      "Accepted=False/NotAllowedByListeners",
    ],
  ])("a route with %s is refused", async (_name, name, spec, condition) => {
    const known = await cluster.client.find(gateways, { namespace, name: "narrow" });
    if (known === undefined) {
      await gateway("narrow", [
        { name: "http", port: 80, protocol: "HTTP", hostname: "*.narrow.acme-dev.localhost" },
      ]);
      await gateway("picky", [
        {
          name: "http",
          port: 80,
          protocol: "HTTP",
          allowedRoutes: { namespaces: { from: "Selector", selector: { matchLabels: { team: "a" } } } },
        },
      ]);
    }
    expect(await applied(route(name, [{ backendRefs: [to("one")] }], spec))).toContain(condition);
  });

  test("a namespace's label lets its routes in, and a grant lets them use a Service", async () => {
    await cluster.client.create(namespaces, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "elsewhere" },
    });
    const host = "elsewhere.acme-dev.localhost";
    await cluster.client.create(httpRoutes, {
      ...route("visitor", [{ backendRefs: [to("one", { namespace })] }], {
        parentRefs: [{ name: "picky", namespace }],
        hostnames: [host],
      }),
      metadata: { name: "visitor", namespace: "elsewhere" },
    });
    const conditions = async () => {
      const seen = await cluster.client.get(httpRoutes, { namespace: "elsewhere", name: "visitor" });
      return seen.status?.parents?.[0]?.conditions.map(shown).sort();
    };
    await expect
      .poll(conditions)
      .toEqual(["Accepted=False/NotAllowedByListeners", "ResolvedRefs=False/RefNotPermitted"]);
    await cluster.client.mergePatch(
      namespaces,
      { name: "elsewhere" },
      { metadata: { labels: { team: "a" } } },
    );
    await expect.poll(conditions).toEqual(["Accepted=True/Accepted", "ResolvedRefs=False/RefNotPermitted"]);
    expect((await opened.ask(host)).status).toBe(500);
    const grant: ReferenceGrant = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "ReferenceGrant",
      metadata: { name: "visitors", namespace },
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "elsewhere" }],
        to: [{ group: "", kind: "Service" }],
      },
    };
    await cluster.client.create(referenceGrants, grant);
    await expect.poll(conditions).toEqual(good);
    expect((await seenAt(host)).name).toBe("one");
    await cluster.client.delete(referenceGrants, { namespace, name: "visitors" });
    await expect.poll(async () => (await opened.ask(host)).status).toBe(500);
  });

  test("an application that wants HTTP/2 is asked in it, and gets copies in it", async () => {
    const versions: string[] = [];
    for (const name of ["modern", "watcher"])
      await opened.http2Application(name, async (incoming, outgoing) => {
        let body = "";
        for await (const chunk of incoming) body += chunk;
        versions.push(`${name} ${incoming.httpVersion} ${incoming.method} ${body}`);
        outgoing.end(name);
      });
    const filters = [{ type: "RequestMirror", requestMirror: { backendRef: to("watcher") } }];
    expect(await applied(route("modern", [{ backendRefs: [to("modern")], filters }]))).toEqual(good);
    const asked = { path: "/", method: "POST", body: "hello" };
    expect((await opened.ask("modern.acme-dev.localhost", asked)).text).toBe("modern");
    await expect.poll(() => versions.toSorted()).toEqual(["modern 2.0 POST hello", "watcher 2.0 POST hello"]);
    const upgrading = rawRequest({
      port: opened.port,
      host: "127.0.0.1",
      headers: { host: "modern.acme-dev.localhost", connection: "upgrade", upgrade: "websocket" },
    });
    upgrading.end();
    expect((await once(upgrading, "response"))[0].statusCode).toBe(501);
  });

  test("a listener counts the routes attached to it, and a Service that comes late is found", async () => {
    const count = async () =>
      (await cluster.client.get(gateways, { namespace, name: "counted" })).status?.listeners?.[0]
        ?.attachedRoutes;
    await gateway("counted", [{ name: "http", port: 80, protocol: "HTTP" }]);
    await applied(route("counted", [{ backendRefs: [to("late")] }], { parentRefs: [{ name: "counted" }] }));
    await expect.poll(count).toBe(1);
    await opened.application("late", (_incoming, outgoing) => outgoing.end("late"));
    await expect.poll(async () => (await opened.ask("counted.acme-dev.localhost")).text).toBe("late");
    await cluster.client.delete(services, { namespace, name: "late" });
    await expect.poll(async () => (await opened.ask("counted.acme-dev.localhost")).status).toBe(500);
    await cluster.client.delete(httpRoutes, { namespace, name: "counted" });
    await expect.poll(count).toBe(0);
    expect((await opened.ask("counted.acme-dev.localhost")).status).toBe(404);
  });

  test.each<[string, string, Gateway["spec"]["listeners"][number], object, readonly string[]]>([
    [
      "a port that can't be listened at",
      "bad-port",
      { name: "a", port: 8080, protocol: "HTTP" },
      {},
      ["Accepted=False/ListenersNotValid", "Programmed=False/Invalid", "Accepted=False/PortUnavailable"],
    ],
    [
      "a protocol that isn't served",
      "bad-protocol",
      { name: "a", port: 80, protocol: "TCP" },
      {},
      ["Accepted=False/ListenersNotValid", "Programmed=False/Invalid", "Accepted=False/UnsupportedProtocol"],
    ],
    [
      "routes that aren't",
      "bad-kind",
      { name: "a", port: 80, protocol: "HTTP", allowedRoutes: { kinds: [{ kind: "TCPRoute" }] } },
      {},
      [
        "Accepted=False/ListenersNotValid",
        "Programmed=False/Invalid",
        "ResolvedRefs=False/InvalidRouteKinds",
      ],
    ],
    [
      "a certificate that isn't there",
      "bad-secret",
      { name: "a", port: 443, protocol: "HTTPS", tls: { certificateRefs: [{ name: "none" }] } },
      {},
      [
        "Accepted=False/ListenersNotValid",
        "Programmed=False/Invalid",
        "ResolvedRefs=False/InvalidCertificateRef",
      ],
    ],
    [
      "a certificate of another namespace",
      "bad-grant",
      {
        name: "a",
        port: 443,
        protocol: "HTTPS",
        tls: { certificateRefs: [{ name: "none", namespace: "elsewhere" }] },
      },
      {},
      ["Accepted=False/ListenersNotValid", "Programmed=False/Invalid", "ResolvedRefs=False/RefNotPermitted"],
    ],
    [
      "an address it can't have",
      "bad-address",
      { name: "a", port: 80, protocol: "HTTP" },
      { addresses: [{ type: "IPAddress", value: "192.0.2.1" }] },
      ["Accepted=False/UnsupportedAddress", "Programmed=False/Invalid"],
    ],
  ])("a Gateway with %s says so", async (_name, name, listener, more, conditions) => {
    await gateway(name, [listener], more);
    const seen = await cluster.until(gateways, name, ({ status }) => (status?.listeners ?? []).length > 0);
    const said = [...(seen.status?.conditions ?? []), ...(seen.status?.listeners?.[0]?.conditions ?? [])].map(
      shown,
    );
    expect(said).toEqual(expect.arrayContaining([...conditions]));
  });

  test("a TLS listener is served over TLS alone, once its Secret has a certificate", async () => {
    const host = "secure.acme-dev.localhost";
    await gateway("secure", [
      {
        name: "https",
        port: 443,
        protocol: "HTTPS",
        hostname: host,
        tls: { certificateRefs: [{ name: "secure" }] },
      },
    ]);
    await applied(
      route("secure", [{ backendRefs: [to("one")] }], {
        parentRefs: [{ name: "secure" }],
        hostnames: [host],
      }),
    );
    expect(await opened.ingress.certificateFor(host)).toBeUndefined();
    const { cert, key } = await opened.issue(host);
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    await cluster.client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name: "secure", namespace },
      data: { "tls.crt": base64(cert), "tls.key": base64(key) },
    });
    const listener = async () =>
      (await cluster.client.get(gateways, { namespace, name: "secure" })).status?.listeners?.[0];
    await expect
      .poll(async () => (await listener())?.conditions.map(shown))
      .toContain("Programmed=True/Programmed");
    await expect.poll(() => opened.ingress.certificateFor(host)).toBeDefined();
    expect((await listener())?.attachedRoutes).toBe(1);
    expect((await opened.ask(host)).status).toBe(404);
  });
});
