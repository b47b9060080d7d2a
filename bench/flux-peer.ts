import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { openClusterClient } from "@catalyst/adapter-kubernetes";
import {
  type Artifact,
  gitRepositories,
  helmReleases,
  kustomizations,
  type OciRepository,
  ociRepositories,
} from "@catalyst/ports/flux";
import {
  type ClusterClient,
  type KubeObject,
  managementCluster,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { type Lab, programPath, startLab } from "../tests/lab/lab.ts";

const namespaces: ResourceType = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
};
const namespace = "applications";

/** The components of the peer, in the lab's names. */
export const fluxComponents = [
  "kube-controller-manager",
  "kube-scheduler",
  "kustomize-controller",
  "helm-controller",
] as const;

/** A real cluster with Flux, into which Applications are committed. */
export interface FluxPeer {
  readonly lab: Lab;
  /** Adds Applications by one commit and resolves when each one's HelmRelease is Ready. */
  install(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Kubernetes, kwok and Flux's kustomize- and helm-controller. The source controller, which can't be
 * built from published modules, is played here: a source is Ready the moment it changes, so the peer is
 * measured at its best.
 */
export async function startFluxPeer(): Promise<FluxPeer> {
  const lab = await startLab([...fluxComponents, "kwok", "helm"]);
  const transport = httpTransport({
    baseUrl: lab.fact("kube-apiserver", "url"),
    headers: { authorization: `Bearer ${lab.fact("kube-apiserver", "token")}` },
    ca: readFileSync(lab.fact("kube-apiserver", "certificate"), "utf8"),
  });
  const client = openClusterClient(transport, managementCluster);
  const artifacts = await serveArtifacts(lab.folder);
  const packed = packageChart(lab.folder);
  const digest = createHash("sha256").update(packed).digest("hex");
  const chart = artifacts.add("chart.tgz", packed, `1.0.0@sha256:${digest}`);
  const stop = new AbortController();
  await client.apply(namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const sources = playSources(client, chart, stop.signal);
  await createRepository(client);
  const committed = new Set<string>();
  return {
    lab,
    install: async (names) => {
      for (const name of names) committed.add(name);
      const ready = untilReady(client, names, stop.signal);
      const revision = `main@sha1:${createHash("sha1")
        .update([...committed].join())
        .digest("hex")}`;
      const artifact = artifacts.add("repository.tgz", packRepository(lab.folder, committed), revision);
      await serve(client, gitRepositories, "environment", artifact);
      await ready;
    },
    close: async () => {
      stop.abort();
      await sources;
      artifacts.server.closeAllConnections();
      artifacts.server.close();
      await lab.stop();
    },
  };
}

function packageChart(folder: string): Buffer {
  const helm = programPath("helm");
  execFileSync(helm, ["create", "web"], { cwd: folder, stdio: "ignore" });
  execFileSync(helm, ["package", "web", "--version", "1.0.0"], { cwd: folder, stdio: "ignore" });
  return readFileSync(join(folder, "web-1.0.0.tgz"));
}

function packRepository(folder: string, names: ReadonlySet<string>): Buffer {
  const tree = join(folder, "tree");
  for (const name of names) {
    const file = join(tree, "applications", name, "application.yaml");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      applicationOf(name)
        .map((object) => JSON.stringify(object))
        .join("\n---\n"),
    );
  }
  execFileSync("tar", ["-czf", "repository.tgz", "-C", tree, "."], { cwd: folder });
  return readFileSync(join(folder, "repository.tgz"));
}

function applicationOf(name: string): object[] {
  const metadata = { name, namespace };
  return [
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "OCIRepository",
      metadata,
      spec: { interval: "1h", url: "oci://registry.example/web", ref: { tag: "1.0.0" } },
    },
    {
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata,
      spec: { interval: "1h", chartRef: { kind: "OCIRepository", name }, releaseName: name },
    },
  ];
}

interface ArtifactServer {
  readonly server: Server;
  add(name: string, content: Buffer, revision: string): Artifact;
}

async function serveArtifacts(folder: string): Promise<ArtifactServer> {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const content = files.get(request.url ?? "");
    response
      .writeHead(content === undefined ? 404 : 200, { "content-length": content?.length ?? 0 })
      .end(content);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    server,
    add: (name, content, revision) => {
      const hash = createHash("sha256").update(content).digest("hex");
      const path = `/${hash.slice(0, 12)}/${name}`;
      files.set(path, content);
      writeFileSync(join(folder, name), content);
      return {
        url: url + path,
        path: path.slice(1),
        revision,
        digest: `sha256:${hash}`,
        lastUpdateTime: new Date().toISOString(),
        size: content.length,
      };
    },
  };
}

async function createRepository(client: ClusterClient): Promise<void> {
  const metadata = { name: "environment", namespace };
  await client.create(gitRepositories, {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata,
    spec: { url: "http://git.example/environment.git", interval: "1h" },
  });
  await client.create(kustomizations, {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata,
    spec: {
      interval: "1h",
      path: "./applications",
      prune: true,
      sourceRef: { kind: "GitRepository", name: "environment" },
    },
  });
}

/** Gives every OCIRepository its artifact as soon as it is seen. */
async function playSources(client: ClusterClient, chart: Artifact, signal: AbortSignal): Promise<void> {
  const served = new Set<string>();
  await follow(client, ociRepositories, signal, (repository: OciRepository) => {
    const { name } = repository.metadata;
    if (served.has(name)) return false;
    served.add(name);
    void serve(client, ociRepositories, name, chart);
    return false;
  });
}

async function serve(
  client: ClusterClient,
  type: ResourceType,
  name: string,
  artifact: Artifact,
): Promise<void> {
  const ready = {
    type: "Ready",
    status: "True",
    reason: "Succeeded",
    message: `stored artifact for revision '${artifact.revision}'`,
    lastTransitionTime: artifact.lastUpdateTime,
    observedGeneration: 1,
  };
  const status = { artifact, observedGeneration: 1, conditions: [ready] };
  await client.mergePatch(type, { namespace, name }, { status }, { subresource: "status" });
}

async function untilReady(
  client: ClusterClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(names);
  await follow(client, helmReleases, signal, (release) => {
    const ready = release.status?.conditions?.some(
      ({ type, status }) => type === "Ready" && status === "True",
    );
    if (ready === true) waiting.delete(release.metadata.name);
    return waiting.size === 0;
  });
}

/** Calls `see` for every object of a kind, now and to come, until it says that is enough or the signal aborts. */
async function follow<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  signal: AbortSignal,
  see: (object: T) => boolean,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of client.watch(type, { namespace, signal })) {
        if ((event.type === "ADDED" || event.type === "MODIFIED") && see(event.object)) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
