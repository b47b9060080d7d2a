import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as rawRequest,
  type Server,
} from "node:http";
import {
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import { openTestCluster, type TestCluster } from "@catalyst/embedded-workloads/testing";
import {
  type ClusterName,
  customResourceDefinitions,
  endpointSlices,
  type GatewayClass,
  gatewayClasses,
  ingressClasses,
  managementCluster,
  services,
} from "@catalyst/ports/kubernetes";
import type { IngressServer } from "../index.ts";
import { defaultGatewayClass, defaultIngressClass, gatewayDefinitions, openIngress } from "../index.ts";

export const namespace = "default";

/** An address of this machine that an EndpointSlice may name: not the loopback's. */
const networkAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

/** Tells whether applications can be reached by an ingress here; what `file` leaves out otherwise is noted for the summary. */
export function canBeReached(file: string): boolean {
  const notes = process.env["CATALYST_SKIP_NOTES"];
  if (networkAddress === undefined && notes !== undefined)
    appendFileSync(notes, `${relative(process.cwd(), file)}: the machine has no network\n`);
  return networkAddress !== undefined;
}

/** An answer that was read to its end. */
export interface Reply {
  readonly status: number | undefined;
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
  readonly trailers: IncomingMessage["trailers"];
}

export interface Asked {
  readonly path?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** A cluster with its ingress behind a port, and applications that answer on this machine. */
export interface TestIngress {
  readonly cluster: TestCluster;
  readonly ingress: IngressServer;
  readonly port: number;
  /** A port at which the same is served to who speaks HTTP/2 without TLS. */
  readonly http2Port: number;
  ask(host: string, asked?: Asked): Promise<Reply>;
  /** Starts an application and a Service whose port 80 leads to it; gives the server. */
  application(name: string, listener: RequestListener, appProtocol?: string): Promise<Server>;
  /** The same for an application that speaks HTTP/2 alone, without TLS, and a Service that says so. */
  http2Application(
    name: string,
    listener: (incoming: Http2ServerRequest, outgoing: Http2ServerResponse) => void,
  ): Promise<Http2Server>;
  /** Issues a certificate for a host, which the ingress itself doesn't know. */
  issue(host: string): Promise<{ readonly cert: string; readonly key: string }>;
  /** Makes another cluster with the same kinds. */
  another(name: ClusterName): Promise<void>;
  close(): Promise<void>;
}

export async function openTestIngress(random?: () => number): Promise<TestIngress> {
  // The ingress needs the clusters, whose controllers it brings: they are opened with what it will have.
  const late: { clusters?: TestCluster["clusters"] } = {};
  const clusters = new Proxy({} as TestCluster["clusters"], {
    get: (_target, name) => Reflect.get(late.clusters ?? {}, name, late.clusters),
  });
  const embedded = openIngress({
    clusters,
    port: 8700,
    issueCertificate: () => Promise.reject(new Error("no certificates here")),
    random,
    clock: systemClock,
    logger: silentLogger,
  });
  const cluster = await openTestCluster({
    controllers: embedded.controllers,
    onClusters: (opened) => {
      late.clusters = opened;
    },
  });
  await cluster.clusters.ensure(managementCluster);
  const ingress = embedded.serve(cluster.controllers);
  const front = createServer((incoming, outgoing) => ingress.request(incoming, outgoing));
  front.on("checkContinue", (incoming, outgoing) => ingress.request(incoming, outgoing));
  front.on("upgrade", (...upgrade) => ingress.upgrade(...upgrade));
  const port = await listen(front);
  const http2Front = createHttp2Server((incoming, outgoing) => ingress.request(incoming, outgoing));
  const http2Port = await listen(http2Front);
  const applications: Server[] = [];
  const http2Servers = new Set([http2Front]);
  const sessions = new Set<ServerHttp2Session>();
  http2Front.on("session", (session) => sessions.add(session));
  await installKinds(cluster, "acme-dev");
  return {
    cluster,
    ingress,
    port,
    http2Port,
    ask: (host, asked = {}) => ask(port, host, asked),
    application: async (name, listener, appProtocol) => {
      const server = createServer(listener);
      applications.push(server);
      await expose(cluster, name, await listen(server, networkAddress), appProtocol);
      return server;
    },
    http2Application: async (name, listener) => {
      const server = createHttp2Server(listener);
      http2Servers.add(server);
      server.on("session", (session) => sessions.add(session));
      await expose(cluster, name, await listen(server, networkAddress), "kubernetes.io/h2c");
      return server;
    },
    issue: async (host) => {
      const folder = await mkdtemp(join(tmpdir(), "catalyst-authority-"));
      try {
        return await (await localAuthority(folder, systemClock)).issueServer({ dns: [host] });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    another: async (name) => {
      await cluster.clusters.ensure(name);
      await installKinds(cluster, name);
    },
    close: async () => {
      for (const server of [front, ...applications]) {
        server.closeAllConnections();
        server.close();
      }
      for (const session of sessions) session.destroy();
      for (const server of http2Servers) server.close();
      await cluster.close();
    },
  };
}

async function installKinds({ clusters }: TestCluster, name: ClusterName): Promise<void> {
  const client = clusters.client(name);
  for (const definition of gatewayDefinitions) await client.apply(customResourceDefinitions, definition);
  await client.apply(ingressClasses, defaultIngressClass);
  await client.apply(gatewayClasses, defaultGatewayClass as GatewayClass);
}

async function expose(cluster: TestCluster, name: string, port: number, appProtocol?: string): Promise<void> {
  await cluster.client.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { ports: [{ name: "http", port: 80, ...(appProtocol === undefined ? {} : { appProtocol }) }] },
  });
  await cluster.client.create(endpointSlices, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port }],
    endpoints: [{ addresses: [networkAddress ?? ""], conditions: { ready: true } }],
  });
}

async function listen(server: Server | Http2Server, address = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port;
}

function ask(
  port: number,
  host: string,
  { path = "/", method = "GET", headers = {}, body }: Asked,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = { host: `${host}:8700`, ...headers };
    const sending = rawRequest({ port, host: "127.0.0.1", path, method, headers: sent }, async (incoming) => {
      let text = "";
      for await (const chunk of incoming) text += chunk;
      resolve({ status: incoming.statusCode, text, headers: incoming.headers, trailers: incoming.trailers });
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
