import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type {
  ContainerPlan,
  LogOptions,
  PodIdentity,
  PodObservation,
  PodRuntime,
  PodUsage,
  RegistryCredential,
  RuntimeImage,
  SandboxPlan,
  VolumeSource,
} from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { prepareMounts } from "./container-mounts.ts";
import { containerSpec, resourcesOf } from "./container-spec.ts";
import { podsOf } from "./events.ts";
import { executeCommand } from "./exec.ts";
import { frameContents } from "./frames.ts";
import { PodmanImages } from "./images.ts";
import { containerName, identityFrom, label, podName } from "./labels.ts";
import { type ClusterNetwork, ClusterNetworks, prepareBridge } from "./network.ts";
import { PodObserver } from "./observer.ts";
import { filters, PodmanRest } from "./rest.ts";
import { defaultGrace, sandboxSpec } from "./sandbox-spec.ts";
import { stopContainer } from "./stopping.ts";
import { ContainerUsages } from "./usage.ts";
import { folderSize, podFolder, removePodFolder, writeHosts, writeVolumes } from "./volumes.ts";

export interface PodmanRuntimeOptions {
  readonly socketPath: string;
  /** Folder for the Pods' volumes that die with them. */
  readonly podsFolder: string;
  /** Folder of the seccomp profiles that Pods may name (`Localhost`). Default: below `podsFolder`, where none is. */
  readonly seccompProfiles?: string | undefined;
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
  readonly #options: PodmanRuntimeOptions;
  readonly #rest: PodmanRest;
  readonly #clock: Clock;
  readonly #networks: ClusterNetworks;
  readonly #images: PodmanImages;
  readonly #observer: PodObserver;
  readonly #usages: ContainerUsages;
  readonly #podsFolder: string;
  /** When everything was last looked at, in seconds since 1970: changes are told from there on. */
  #lookedAt: number;
  readonly #volumes = new Map<string, ReadonlyMap<string, VolumeSource>>();

  constructor(options: PodmanRuntimeOptions) {
    this.#options = options;
    this.#rest = new PodmanRest(options.socketPath);
    this.#podsFolder = options.podsFolder;
    this.#clock = options.clock;
    this.#lookedAt = seconds(options.clock);
    this.#networks = new ClusterNetworks(this.#rest, options.podsFolder);
    this.#images = new PodmanImages(this.#rest);
    this.#observer = new PodObserver(this.#rest, options.podsFolder);
    this.#usages = new ContainerUsages(this.#rest, options.clock);
  }

  async list(): Promise<readonly PodObservation[]> {
    this.#lookedAt = seconds(this.#clock);
    const found = await this.#observer.list();
    // Pods that are taken over reach Services again through the name servers of this process.
    for (const cluster of new Set(found.map((observation) => observation.identity.cluster)))
      await this.#options.joined?.(cluster, await this.#networks.ensure(cluster));
    return found;
  }

  inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined> {
    return this.#observer.inspect(pod, identity);
  }

  findImage(_pod: Pod, container: Container): Promise<RuntimeImage | undefined> {
    return this.#images.find(container.image ?? "");
  }

  pullImage(
    _pod: Pod,
    container: Container,
    credentials: readonly RegistryCredential[],
  ): Promise<RuntimeImage> {
    return this.#images.pull(container.image ?? "", credentials);
  }

  async createSandbox(plan: SandboxPlan): Promise<void> {
    const { identity, pod } = plan;
    this.#volumes.set(identity.uid, plan.volumes);
    await writeVolumes(this.#podsFolder, plan);
    const network = await this.#networks.ensure(identity.cluster);
    // What is left of an earlier run of the machine has no network any more.
    await this.#removePod(identity, 0);
    await this.#rest.json("POST", "/pods/create", sandboxSpec(identity, pod, network));
    const { InfraContainerID: infra } = (await this.#rest.json("GET", `/pods/${podName(identity)}/json`)) as {
      readonly InfraContainerID: string;
    };
    await this.#rest.json("POST", `/containers/${infra}/start`);
    if (pod.spec.hostNetwork === true) return;
    await writeHosts(this.#podsFolder, identity, pod, await this.#observer.addressOf(infra));
    await prepareBridge(network.bridge);
    await this.#options.joined?.(identity.cluster, network);
  }

  async refreshVolumes(plan: SandboxPlan): Promise<void> {
    this.#volumes.set(plan.identity.uid, plan.volumes);
    await writeVolumes(this.#podsFolder, plan);
  }

  async startContainer(identity: PodIdentity, plan: ContainerPlan): Promise<void> {
    const name = containerName(identity, plan.container.name, plan.attempt);
    const volumes = this.#volumes.get(identity.uid) ?? new Map<string, VolumeSource>();
    const podsFolder = await realpath(this.#podsFolder);
    const mounts = await prepareMounts({ podsFolder, identity, plan, volumes, images: this.#images });
    const profiles = this.#options.seccompProfiles ?? join(podsFolder, "seccomp");
    const spec = containerSpec(identity, plan, mounts, profiles);
    try {
      await this.#rest.json("POST", "/containers/create", spec, [409]);
    } catch (error) {
      throw failedAs("container-create-failed", error);
    }
    try {
      await this.#rest.json("POST", `/containers/${name}/start`);
    } catch (error) {
      // Created but not startable: the next try must be able to take its name.
      await this.#rest.json("DELETE", `/containers/${name}?force=true`, undefined, [404, 500]);
      throw failedAs("container-start-failed", error);
    }
    // The attempt before is kept for its log; older ones aren't.
    const old = containerName(identity, plan.container.name, plan.attempt - 2);
    if (plan.attempt >= 2) await this.#rest.json("DELETE", `/containers/${old}?force=true`, undefined, [404]);
  }

  async stopContainer(
    identity: PodIdentity,
    container: string,
    graceSeconds: number,
    hurry?: AbortSignal,
  ): Promise<void> {
    const present = await this.#observer.newest(identity, container);
    if (present === undefined) return;
    await stopContainer(this.#rest, this.#clock, present.Id, graceSeconds, hurry);
  }

  async resizeContainer(identity: PodIdentity, container: Container): Promise<void> {
    const present = await this.#observer.newest(identity, container.name);
    if (present?.State !== "running") return;
    const { resource_limits: limits = {} } = resourcesOf(container) as { readonly resource_limits?: object };
    await this.#rest.json("POST", `/containers/${present.Id}/update`, limits);
  }

  async stopSandbox(identity: PodIdentity): Promise<void> {
    const path = `/pods/${podName(identity)}/kill?signal=KILL`;
    await this.#rest.json("POST", path, undefined, [404, 409, 500]);
  }

  async volumeUsage(identity: PodIdentity, volume: string): Promise<number> {
    return folderSize(join(podFolder(this.#podsFolder, identity), "volumes", volume));
  }

  async stats(cluster: string): Promise<readonly PodUsage[]> {
    const all = await this.#observer.containers({ label: [`${label.cluster}=${cluster}`] });
    return this.#usages.measure(all.filter((each) => !each.IsInfra && each.State === "running"));
  }

  async removeSandbox(identity: PodIdentity, graceSeconds: number): Promise<void> {
    await this.#removePod(identity, graceSeconds);
    await removePodFolder(this.#podsFolder, identity);
    this.#volumes.delete(identity.uid);
  }

  async *log(identity: PodIdentity, container: string, options: LogOptions): AsyncGenerator<Uint8Array> {
    const found = await this.#observer.newest(identity, container, options.previous === true ? 1 : 0);
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
    const present = await this.#observer.newest(identity, container);
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
    await this.#options.left?.(cluster);
  }

  /**
   * Ends every Pod's containers within their grace, at most `graceLimit` seconds. What the Pods' volumes hold
   * stays, and their containers are made anew when they are to run again.
   */
  async stopPods(graceLimit: number): Promise<void> {
    const all = await this.#observer.containers({ label: [label.uid] });
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

  async #stopAll(identity: PodIdentity, graceSeconds: number): Promise<void> {
    const all = await this.#observer.containers({ label: [`${label.uid}=${identity.uid}`] });
    const running = all.filter((container) => !container.IsInfra && container.State === "running");
    await Promise.all(running.map(({ Id }) => stopContainer(this.#rest, this.#clock, Id, graceSeconds)));
  }

  async #removePod(identity: PodIdentity, graceSeconds: number): Promise<void> {
    const name = podName(identity);
    if (graceSeconds > 0) await this.#stopAll(identity, graceSeconds);
    // Whatever is left gets no more time; podman's own stop would give it ten seconds.
    await this.#rest.json("POST", `/pods/${name}/kill?signal=KILL`, undefined, [404, 409, 500]);
    await this.#rest.json("DELETE", `/pods/${name}?force=true`, undefined, [404]);
  }
}

/** The same problem under another code; what isn't podman's refusal stays what it is. */
function failedAs(code: string, error: unknown): unknown {
  if (!isCatalystError(error, "podman-failed")) return error;
  return new CatalystError(code, errorMessage(error), { cause: error });
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
