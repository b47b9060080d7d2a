import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type {
  ContainerPlan,
  LogOptions,
  PodIdentity,
  PodObservation,
  PodRuntime,
  SandboxPlan,
  VolumeSource,
} from "@catalyst/ports/containers";
import type { Pod } from "@catalyst/ports/kubernetes";
import { containerSpec } from "./container-spec.ts";
import { podsOf } from "./events.ts";
import { executeCommand } from "./exec.ts";
import { frameContents } from "./frames.ts";
import { containerName, identityFrom, label, labelsOf, podName } from "./labels.ts";
import { attemptOf, type ListedContainer, observation } from "./listed-container.ts";
import { type ClusterNetwork, ClusterNetworks, prepareBridge } from "./network.ts";
import { filters, PodmanRest, textOf } from "./rest.ts";
import { removePodFolder, writeVolumes } from "./volumes.ts";

export interface PodmanRuntimeOptions {
  readonly socketPath: string;
  /** Folder for the Pods' volumes that die with them. */
  readonly podsFolder: string;
  readonly clock: Clock;
  /** Told of a cluster's network once it is there, before each new Pod's containers start. */
  readonly joined?: ((cluster: string, network: ClusterNetwork) => Promise<void>) | undefined;
  /** Told that a cluster's network is gone. */
  readonly left?: ((cluster: string) => Promise<void>) | undefined;
}

/** Runs each Pod as a podman pod with an address of its own on its cluster's bridge. */
export class PodmanRuntime implements PodRuntime {
  readonly name = "podman";
  readonly capabilities = { simulated: false, exec: true, network: true };
  readonly #networks: ClusterNetworks;
  readonly #joined: PodmanRuntimeOptions["joined"];
  readonly #left: PodmanRuntimeOptions["left"];
  readonly #rest: PodmanRest;
  readonly #podsFolder: string;
  readonly #clock: Clock;
  /** When everything was last looked at, in seconds since 1970: changes are told from there on. */
  #lookedAt: number;
  /** Addresses by the infra container's id: they last as long as it runs. */
  readonly #addresses = new Map<string, string>();
  readonly #volumes = new Map<string, ReadonlyMap<string, VolumeSource>>();

  constructor(options: PodmanRuntimeOptions) {
    this.#rest = new PodmanRest(options.socketPath);
    this.#podsFolder = options.podsFolder;
    this.#clock = options.clock;
    this.#lookedAt = seconds(options.clock);
    this.#joined = options.joined;
    this.#left = options.left;
    this.#networks = new ClusterNetworks(this.#rest, options.podsFolder);
  }

  async list(): Promise<readonly PodObservation[]> {
    this.#lookedAt = seconds(this.#clock);
    const all = await this.#containers({ label: [label.uid] });
    const byUid = Map.groupBy(all, (container) => container.Labels?.[label.uid] ?? "");
    const observed = await Promise.all([...byUid.values()].map((containers) => this.#observe(containers)));
    const found = observed.filter((observation) => observation !== undefined);
    // Pods that are taken over reach Services again through the name servers of this process.
    for (const cluster of new Set(found.map((observation) => observation.identity.cluster)))
      await this.#joined?.(cluster, await this.#networks.ensure(cluster));
    return found;
  }

  async inspect(_pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined> {
    return this.#observe(await this.#containers({ label: [`${label.uid}=${identity.uid}`] }));
  }

  async pullImage(pod: Pod, image: string, always: boolean): Promise<string> {
    const path = `/images/${encodeURIComponent(image)}/json`;
    const there = (await this.#rest.json("GET", path, undefined, [404])) as { Id?: string } | undefined;
    if (there?.Id !== undefined && !always) return there.Id;
    const query = `reference=${encodeURIComponent(image)}&policy=${always ? "newer" : "missing"}&quiet=true`;
    const { body } = await this.#rest.open("POST", `/images/pull?${query}`);
    const lines = (await textOf(body)).split("\n").filter((line) => line.trim() !== "");
    const reports = lines.map(
      (line) => JSON.parse(line) as { id?: string; error?: string; message?: string },
    );
    const id = reports.findLast((report) => report.id !== undefined)?.id;
    if (id !== undefined) return id;
    // An image that is here serves even when its registry doesn't answer.
    if (there?.Id !== undefined) return there.Id;
    const why =
      reports.map((report) => report.error ?? report.message).find(Boolean) ?? "podman gave no reason";
    const { name, namespace } = pod.metadata;
    throw new CatalystError("image-pull-failed", `failed to pull image "${image}": ${why.trim()}`, {
      details: { image, namespace, name },
    });
  }

  async createSandbox(plan: SandboxPlan): Promise<void> {
    const { identity, pod } = plan;
    this.#volumes.set(identity.uid, plan.volumes);
    await writeVolumes(this.#podsFolder, plan);
    const network = await this.#networks.ensure(identity.cluster);
    // What is left of an earlier run of the machine has no network any more.
    await this.#removePod(identity, 0);
    const hostname = (pod.spec.hostname ?? identity.name).slice(0, 63);
    await this.#rest.json("POST", "/pods/create", {
      name: podName(identity),
      hostname,
      labels: { ...labelsOf(identity), [label.grace]: String(graceOf(pod)) },
      netns: { nsmode: pod.spec.hostNetwork === true ? "host" : "bridge" },
      ...(pod.spec.hostNetwork === true ? {} : networkSpec(network, identity)),
    });
    const { InfraContainerID: infra } = (await this.#rest.json("GET", `/pods/${podName(identity)}/json`)) as {
      readonly InfraContainerID: string;
    };
    await this.#rest.json("POST", `/containers/${infra}/start`);
    if (pod.spec.hostNetwork === true) return;
    await prepareBridge(network.bridge);
    await this.#joined?.(identity.cluster, network);
  }

  async refreshVolumes(plan: SandboxPlan): Promise<void> {
    this.#volumes.set(plan.identity.uid, plan.volumes);
    await writeVolumes(this.#podsFolder, plan);
  }

  async startContainer(identity: PodIdentity, plan: ContainerPlan): Promise<void> {
    const name = containerName(identity, plan.container.name, plan.attempt);
    const volumes = this.#volumes.get(identity.uid) ?? new Map<string, VolumeSource>();
    try {
      const spec = containerSpec(this.#podsFolder, identity, plan, volumes);
      await this.#rest.json("POST", "/containers/create", spec, [409]);
      await this.#rest.json("POST", `/containers/${name}/start`);
    } catch (error) {
      // Created but not startable: the next try must be able to take its name.
      await this.#rest.json("DELETE", `/containers/${name}?force=true`, undefined, [404, 500]);
      if (!isCatalystError(error, "podman-failed")) throw error;
      throw new CatalystError("container-start-failed", errorMessage(error), { cause: error });
    }
    // The attempt before is kept for its log; older ones aren't.
    const old = containerName(identity, plan.container.name, plan.attempt - 2);
    if (plan.attempt >= 2) await this.#rest.json("DELETE", `/containers/${old}?force=true`, undefined, [404]);
  }

  async stopContainer(identity: PodIdentity, container: string, graceSeconds: number): Promise<void> {
    const present = await this.#newest(identity, container);
    if (present === undefined) return;
    await this.#rest.json(
      "POST",
      `/containers/${present.Id}/stop?timeout=${graceSeconds}`,
      undefined,
      [304, 404],
    );
  }

  async removeSandbox(identity: PodIdentity, graceSeconds: number): Promise<void> {
    await this.#removePod(identity, graceSeconds);
    await removePodFolder(this.#podsFolder, identity);
    this.#volumes.delete(identity.uid);
  }

  async *log(identity: PodIdentity, container: string, options: LogOptions): AsyncGenerator<Uint8Array> {
    const found = await this.#newest(identity, container, options.previous === true ? 1 : 0);
    if (found === undefined)
      throw new CatalystError("container-absent", `container ${container} has no log yet`);
    const since = options.sinceSeconds === undefined ? "" : `&since=${options.sinceSeconds}s`;
    const tail = options.tailLines === undefined ? "" : `&tail=${options.tailLines}`;
    const flags = `follow=${options.follow === true}&timestamps=${options.timestamps === true}`;
    const path = `/containers/${found.Id}/logs?stdout=true&stderr=true&${flags}${since}${tail}`;
    try {
      const { body } = await this.#rest.open("GET", path, undefined, options.signal);
      yield* frameContents(body);
    } catch (error) {
      if (options.signal?.aborted !== true) throw error;
    }
  }

  async exec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    const present = await this.#newest(identity, container);
    if (present?.State !== "running")
      throw new CatalystError("container-absent", `container ${container} isn't running`);
    return executeCommand(this.#rest, present.Id, command, signal);
  }

  async *changes(signal: AbortSignal): AsyncGenerator<PodIdentity> {
    const wanted = filters({ type: ["container"], event: ["died"] });
    // Podman begins to follow its events some time after it answered: without a beginning, a container that ends
    // until then would end unseen.
    const query = `stream=true&since=${this.#lookedAt}&filters=${wanted}`;
    const { body } = await this.#rest.open("GET", `/events?${query}`, undefined, signal);
    yield* podsOf(body);
  }

  clusters(): Promise<readonly string[]> {
    return this.#networks.clusters();
  }

  async removeCluster(cluster: string): Promise<void> {
    await this.#networks.remove(cluster);
    await this.#left?.(cluster);
  }

  /**
   * Ends every Pod's containers within their grace, at most `graceLimit` seconds. What the Pods' volumes hold
   * stays, and their containers are made anew when they are to run again.
   */
  async stopPods(graceLimit: number): Promise<void> {
    const all = await this.#containers({ label: [label.uid] });
    const byUid = Map.groupBy(all, (container) => container.Labels?.[label.uid] ?? "");
    await Promise.all(
      [...byUid.values()].map(async (containers) => {
        const labels = containers.find((container) => container.IsInfra)?.Labels ?? {};
        const grace = Math.min(Number(labels[label.grace] ?? defaultGrace), graceLimit);
        await this.#removePod(identityFrom(labels), grace);
      }),
    );
  }

  async close(): Promise<void> {
    this.#rest.close();
  }

  async #containers(by: Readonly<Record<string, readonly string[]>>): Promise<readonly ListedContainer[]> {
    return (await this.#rest.json(
      "GET",
      `/containers/json?all=true&filters=${filters(by)}`,
    )) as ListedContainer[];
  }

  /** The newest attempt of a container, or the one `back` before it. */
  async #newest(identity: PodIdentity, container: string, back = 0): Promise<ListedContainer | undefined> {
    const all = await this.#containers({
      label: [`${label.uid}=${identity.uid}`, `${label.container}=${container}`],
    });
    return [...all].sort((a, b) => attemptOf(b) - attemptOf(a))[back];
  }

  /** Undefined when the sandbox isn't running: without it the containers have no network. */
  async #observe(all: readonly ListedContainer[]): Promise<PodObservation | undefined> {
    const infra = all.find((container) => container.IsInfra);
    if (infra?.State !== "running") return undefined;
    const byName = Map.groupBy(
      all.filter((container) => !container.IsInfra),
      (container) => container.Labels?.[label.container] ?? "",
    );
    const newest = [...byName.values()].flatMap(
      (attempts) => [...attempts].sort((a, b) => attemptOf(b) - attemptOf(a))[0] ?? [],
    );
    return {
      identity: identityFrom(infra.Labels ?? {}),
      address: await this.#addressOf(infra.Id),
      containers: newest.map(observation),
    };
  }

  async #addressOf(infra: string): Promise<string> {
    const known = this.#addresses.get(infra);
    if (known !== undefined) return known;
    const { NetworkSettings } = (await this.#rest.json("GET", `/containers/${infra}/json`)) as {
      readonly NetworkSettings: {
        readonly Networks?: Readonly<Record<string, { readonly IPAddress: string }>>;
      };
    };
    const address = Object.values(NetworkSettings.Networks ?? {})[0]?.IPAddress ?? "127.0.0.1";
    this.#addresses.set(infra, address);
    return address;
  }

  async #stopAll(identity: PodIdentity, graceSeconds: number): Promise<void> {
    const all = await this.#containers({ label: [`${label.uid}=${identity.uid}`] });
    const running = all.filter((container) => !container.IsInfra && container.State === "running");
    const path = (id: string) => `/containers/${id}/stop?timeout=${graceSeconds}`;
    await Promise.all(running.map(({ Id }) => this.#rest.json("POST", path(Id), undefined, [304, 404])));
  }

  async #removePod(identity: PodIdentity, graceSeconds: number): Promise<void> {
    const name = podName(identity);
    if (graceSeconds > 0) await this.#stopAll(identity, graceSeconds);
    // Whatever is left gets no more time; podman's own stop would give it ten seconds.
    await this.#rest.json("POST", `/pods/${name}/kill?signal=KILL`, undefined, [404, 409, 500]);
    await this.#rest.json("DELETE", `/pods/${name}?force=true`, undefined, [404]);
  }
}

/** Kubernetes' own default, in seconds. */
const defaultGrace = 30;

function graceOf(pod: Pod): number {
  return pod.spec.terminationGracePeriodSeconds ?? defaultGrace;
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

function networkSpec(network: ClusterNetwork, identity: PodIdentity): Readonly<Record<string, unknown>> {
  return {
    Networks: { [network.name]: {} },
    dns_server: [network.gateway],
    dns_search: [`${identity.namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"],
    dns_option: ["ndots:5"],
  };
}
