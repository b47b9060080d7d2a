import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type {
  ContainerPlan,
  LogOptions,
  PodIdentity,
  PodObservation,
  PodRuntime,
  PodUsage,
  ProcessStreams,
  RegistryCredential,
  RuntimeDescription,
  RuntimeImage,
  SandboxPlan,
  StreamChoice,
} from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { printLog } from "../log/print.ts";
import { PodContainers } from "./containers.ts";
import { podsOf } from "./events.ts";
import { executeCommand } from "./exec.ts";
import { Gate } from "./gate.ts";
import { PodmanImages } from "./images.ts";
import { label } from "./labels.ts";
import { ContainerLogs } from "./logs/container-logs.ts";
import { readEntries } from "./logs/read.ts";
import { type ClusterNetwork, ClusterNetworks } from "./network.ts";
import { PodObserver } from "./observer.ts";
import { filters, PodmanRest } from "./rest.ts";
import { Sandboxes } from "./sandboxes.ts";
import { attachTo } from "./streams/attach.ts";
import { PodDialers } from "./streams/dialers.ts";
import { runCommand } from "./streams/exec.ts";
import { ContainerUsages } from "./usage.ts";
import { folderSize, podFolder } from "./volumes.ts";

export interface PodmanRuntimeOptions {
  readonly socketPath: string;
  /** Folder for the Pods' volumes that die with them. */
  readonly podsFolder: string;
  /** Folder of the seccomp profiles that Pods may name (`Localhost`). */
  readonly seccompProfiles: string;
  readonly clock: Clock;
  /** Told of the networks of all clusters whose Pods were found, together. */
  readonly found?: ((networks: ReadonlyMap<string, ClusterNetwork>) => Promise<void>) | undefined;
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
  readonly #dialers: PodDialers;
  readonly #logs: ContainerLogs;
  readonly #clock: Clock;
  readonly #networks: ClusterNetworks;
  readonly #images: PodmanImages;
  readonly #observer: PodObserver;
  readonly #usages: ContainerUsages;
  readonly #sandboxes: Sandboxes;
  readonly #containers: PodContainers;
  /** Nothing is made any more once all Pods are to stop. */
  readonly #gate = new Gate();
  /** When everything was last looked at, in seconds since 1970: changes are told from there on. */
  #lookedAt: number;

  constructor(options: PodmanRuntimeOptions) {
    const { socketPath, podsFolder, seccompProfiles, clock, joined } = options;
    const rest = new PodmanRest(socketPath);
    this.#options = options;
    this.#rest = rest;
    this.#clock = clock;
    this.#lookedAt = seconds(clock);
    this.#dialers = new PodDialers(rest);
    this.#logs = new ContainerLogs(rest, clock);
    this.#networks = new ClusterNetworks(rest, podsFolder);
    this.#images = new PodmanImages(rest);
    this.#observer = new PodObserver(rest, this.#logs, podsFolder);
    this.#usages = new ContainerUsages(rest, clock);
    const shared = { rest, clock, observer: this.#observer, podsFolder };
    this.#sandboxes = new Sandboxes({ ...shared, networks: this.#networks, joined });
    const [images, sandboxes] = [this.#images, this.#sandboxes];
    this.#containers = new PodContainers({ ...shared, images, sandboxes, seccompProfiles });
  }

  async describe(): Promise<RuntimeDescription> {
    const { Version: version } = (await this.#rest.json("GET", "/version")) as { readonly Version: string };
    return { version, images: await this.#images.list() };
  }

  async list(): Promise<readonly PodObservation[]> {
    this.#lookedAt = seconds(this.#clock);
    const found = await this.#observer.list();
    const networks = new Map<string, ClusterNetwork>();
    for (const { identity } of found)
      networks.set(identity.cluster, await this.#networks.ensure(identity.cluster));
    // Pods that are taken over reach Services again through the name servers of this process.
    await this.#options.found?.(networks);
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

  createSandbox(plan: SandboxPlan): Promise<void> {
    return this.#gate.pass(() => this.#sandboxes.create(plan));
  }

  refreshVolumes(plan: SandboxPlan): Promise<void> {
    return this.#sandboxes.refresh(plan);
  }

  startContainer(identity: PodIdentity, plan: ContainerPlan): Promise<void> {
    return this.#gate.pass(() => this.#containers.start(identity, plan));
  }

  stopContainer(...asked: Parameters<PodContainers["stop"]>): Promise<void> {
    return this.#containers.stop(...asked);
  }

  resizeContainer(identity: PodIdentity, container: Container): Promise<void> {
    return this.#containers.resize(identity, container);
  }

  stopSandbox(identity: PodIdentity): Promise<void> {
    return this.#sandboxes.stop(identity);
  }

  async volumeUsage(identity: PodIdentity, volume: string): Promise<number> {
    return folderSize(join(podFolder(this.#options.podsFolder, identity), "volumes", volume));
  }

  async stats(cluster: string): Promise<readonly PodUsage[]> {
    const all = await this.#observer.containers({ label: [`${label.cluster}=${cluster}`] });
    return this.#usages.measure(all.filter((each) => !each.IsInfra && each.State === "running"));
  }

  removeSandbox(identity: PodIdentity, graceSeconds: number): Promise<void> {
    return this.#sandboxes.remove(identity, graceSeconds);
  }

  async *log(identity: PodIdentity, container: string, options: LogOptions): AsyncGenerator<Uint8Array> {
    const found = await this.#observer.newest(identity, container, options.previous === true ? 1 : 0);
    if (found === undefined)
      throw new CatalystError("container-absent", `container ${container} has no log yet`);
    yield* printLog(readEntries(await this.#logs.file(found.Id), options), options);
  }

  async exec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    const { Id } = await this.#containers.running(identity, container);
    return executeCommand(this.#rest, Id, command, signal);
  }

  async openExec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<number>> {
    const { Id } = await this.#containers.running(identity, container);
    return (streams) => runCommand(this.#rest, Id, command, choice, streams);
  }

  async openAttach(
    identity: PodIdentity,
    container: string,
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<void>> {
    const { Id } = await this.#containers.running(identity, container);
    return (streams) => attachTo(this.#rest, Id, choice, streams);
  }

  async openDialer(identity: PodIdentity): Promise<(port: number, signal: AbortSignal) => Promise<Duplex>> {
    return this.#dialers.open(identity);
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
   * Ends every Pod's containers within their grace, at most `graceLimit` seconds; what is being made is waited for,
   * and nothing is made from then on. What the Pods' volumes hold stays, and their containers are made anew when they
   * are to run again.
   */
  async stopPods(graceLimit: number): Promise<void> {
    await this.#gate.shut();
    await this.#sandboxes.stopAll(graceLimit);
  }

  async close(): Promise<void> {
    this.#dialers.close();
    this.#logs.close();
    this.#rest.close();
  }
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
