import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import type {
  Endpoint,
  EndpointSlice,
  KubeObject,
  ResourceType,
  Service,
  ServicePort,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerName } from "./cluster-names.ts";
import { parseQuestion, printAnswer } from "./dns-message.ts";
import { NameServer } from "./name-server.ts";

/** The system's own resolver library asks, as any program's does. */
const resolver = new Resolver({ timeout: 2000, tries: 2 });
let server: NameServer;
/** Questions that were asked elsewhere. */
const elsewhere: string[] = [];

beforeAll(async () => {
  const source = { cache: cacheOf(all), cluster: "acme-dev", api: "10.128.0.1" };
  server = await NameServer.open(
    (name) => answerName(source, name),
    async (message, protocol) => {
      const question = parseQuestion(message);
      if (question === undefined) return undefined;
      elsewhere.push(`${protocol} ${question.name}`);
      const { name } = question;
      if (!name.endsWith("example.com")) return printAnswer(question, undefined);
      return printAnswer(question, { records: [{ type: "A", name, address: "192.0.2.7" }], additional: [] });
    },
  );
  resolver.setServers([`127.0.0.1:${server.port}`]);
});
afterAll(() => server.close());

function service(name: string, spec: Service["spec"]): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" }, spec };
}

function slice(name: string, endpoints: readonly Endpoint[], ports: EndpointSlice["ports"]): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints,
    ports: ports ?? [],
  };
}

const http: ServicePort = { name: "http", port: 80, targetPort: 8080, protocol: "TCP" };
const ready = (address: string, hostname?: string): Endpoint => ({
  addresses: [address],
  conditions: { ready: true },
  ...(hostname === undefined ? {} : { hostname }),
});

const all: readonly (Service | EndpointSlice)[] = [
  service("web", { clusterIP: "10.96.0.9", ports: [http, { name: "dns", port: 53, protocol: "UDP" }] }),
  service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432 }] }),
  slice(
    "db",
    [
      ready("10.128.0.2", "db-0"),
      ready("10.128.0.3"),
      { addresses: ["10.128.0.4"], hostname: "db-2", conditions: { ready: false } },
    ],
    [{ name: "sql", port: 15432 }],
  ),
  service("many", { clusterIP: "None", ports: [] }),
  slice(
    "many",
    Array.from({ length: 200 }, (_, index) => ready(`10.128.1.${index + 1}`)),
    [],
  ),
  service("mail", { type: "ExternalName", externalName: "mail.example.com" }),
  service("alias", { type: "ExternalName", externalName: "web.shop.svc.cluster.local" }),
];

function cacheOf(objects: readonly KubeObject[]): ObjectCache {
  const ofType = (type: ResourceType) => objects.filter(({ kind }) => kind === type.kind);
  return {
    get: (_cluster, type, { namespace, name }) =>
      ofType(type).find(
        ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
      ) as never,
    list: (_cluster, type, namespace) =>
      ofType(type).filter(
        ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
      ) as never,
    ownedBy: () => [],
    orphans: () => [],
  };
}

test.each<[string, string, readonly string[] | string]>([
  ["a Service", "web.shop.svc.cluster.local", ["10.96.0.9"]],
  ["in capitals", "WEB.Shop.svc.cluster.local", ["10.96.0.9"]],
  ["a headless Service's ready Pods", "db.shop.svc.cluster.local", ["10.128.0.2", "10.128.0.3"]],
  ["a Pod of it by its host name", "db-0.db.shop.svc.cluster.local", ["10.128.0.2"]],
  ["one without a host name by its address", "10-128-0-3.db.shop.svc.cluster.local", ["10.128.0.3"]],
  ["one that isn't ready", "db-2.db.shop.svc.cluster.local", "ENOTFOUND"],
  ["a Pod by its address", "10-128-0-9.shop.pod.cluster.local", ["10.128.0.9"]],
  ["the API without a Service", "kubernetes.default.svc.cluster.local", ["10.128.0.1"]],
  ["a Service elsewhere", "mail.shop.svc.cluster.local", ["192.0.2.7"]],
  ["a Service that stands for another one", "alias.shop.svc.cluster.local", ["10.96.0.9"]],
  ["no Service", "none.shop.svc.cluster.local", "ENOTFOUND"],
  ["no namespace", "web.none.svc.cluster.local", "ENOTFOUND"],
  ["a name of elsewhere", "www.example.com", ["192.0.2.7"]],
])("%s: %s", async (_name, name, expected) => {
  const answer = await resolver.resolve4(name).catch(({ code }) => code as string);
  expect(typeof answer === "string" ? answer : [...answer].sort()).toEqual(expected);
});

test("there are no addresses of version 6, which isn't that there is no name", async () => {
  await expect(resolver.resolve6("web.shop.svc.cluster.local")).rejects.toMatchObject({ code: "ENODATA" });
});

test("an alias is told as such", async () => {
  expect(await resolver.resolveCname("mail.shop.svc.cluster.local")).toEqual(["mail.example.com"]);
});

test("ports are told by name, of a Service and of each Pod of a headless one", async () => {
  const shown = async (name: string) =>
    (await resolver.resolveSrv(name)).map(({ name: target, port }) => `${target}:${port}`).sort();
  expect(await shown("_http._tcp.web.shop.svc.cluster.local")).toEqual(["web.shop.svc.cluster.local:80"]);
  expect(await shown("_dns._udp.web.shop.svc.cluster.local")).toEqual(["web.shop.svc.cluster.local:53"]);
  expect(await shown("_sql._tcp.db.shop.svc.cluster.local")).toEqual([
    "10-128-0-3.db.shop.svc.cluster.local:15432",
    "db-0.db.shop.svc.cluster.local:15432",
  ]);
  await expect(resolver.resolveSrv("_http._udp.web.shop.svc.cluster.local")).rejects.toMatchObject({
    code: "ENOTFOUND",
  });
});

test("addresses have names", async () => {
  expect(await resolver.reverse("10.96.0.9")).toEqual(["web.shop.svc.cluster.local"]);
  expect(await resolver.reverse("10.128.0.2")).toEqual(["db-0.db.shop.svc.cluster.local"]);
  elsewhere.length = 0;
  await expect(resolver.reverse("192.0.2.1")).rejects.toMatchObject({ code: "ENOTFOUND" });
  expect(elsewhere).toEqual(["udp 1.2.0.192.in-addr.arpa"]);
});

test("an answer too long for a datagram comes over TCP", async () => {
  expect(await resolver.resolve4("many.shop.svc.cluster.local")).toHaveLength(200);
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["half a head", Buffer.alloc(8)],
  ["a pointer to itself", Buffer.from("00010100000100000000000 0c00c00010001".replaceAll(" ", ""), "hex")],
  [
    "a name without end",
    Buffer.concat([Buffer.from("000101000001000000000000", "hex"), Buffer.alloc(64, 63)]),
  ],
])("a datagram of %s is passed over, and the next one answered", async (_name, message) => {
  const socket = createSocket("udp4");
  socket.send(message, server.port, "127.0.0.1");
  await once(socket, "listening");
  expect(await resolver.resolve4("web.shop.svc.cluster.local")).toEqual(["10.96.0.9"]);
  socket.close();
});
