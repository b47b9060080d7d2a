import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
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
  VolumeSource,
} from "@catalyst/ports/containers";
import type { Container, EphemeralContainer, Pod } from "@catalyst/ports/kubernetes";
import { printLog } from "../log/print.ts";
import { prepareMounts } from "./container-mounts.ts";
import { containerSpec, resourcesOf } from "./container-spec.ts";
import { podsOf } from "./events.ts";
import { executeCommand } from "./exec.ts";
import { PodmanImages } from "./images.ts";
import { containerName, identityFrom, label, podName } from "./labels.ts";
import { attemptOf, hasBegun, type ListedContainer } from "./listed-container.ts";
import { ContainerLogs } from "./logs/container-logs.ts";
import { readEntries } from "./logs/read.ts";
import { type ClusterNetwork, ClusterNetworks, prepareBridge } from "./network.ts";
import { PodObserver } from "./observer.ts";
import { filters, PodmanRest } from "./rest.ts";
import { defaultGrace, sandboxSpec } from "./sandbox-spec.ts";
import { stopContainer } from "./stopping.ts";
import { attachTo } from "./streams/attach.ts";
import { PodDialers } from "./streams/dialers.ts";
import { runCommand } from "./streams/exec.ts";
import { ContainerUsages } from "./usage.ts";
import { folderSize, podFolder, removePodFolder, writeHosts, writeVolumes } from "./volumes.ts";

export interface PodmanRuntimeOptions {
  readonly socketPath: string;
  /** Folder for the Pods' volumes that die with them. */
  readonly podsFolder: string;
  /** Folder of the seccomp profiles that Pods may name (`Localhost`). */
  readonly seccompProfiles: string;
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
  readonly #dialers: PodDialers;
  readonly #logs: ContainerLogs;
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
    this.#dialers = new PodDialers(this.#rest);
    this.#logs = new ContainerLogs(this.#rest, options.clock);
    this.#podsFolder = options.podsFolder;
    this.#clock = options.clock;
    this.#lookedAt = seconds(options.clock);
    this.#networks = new ClusterNetworks(this.#rest, options.podsFolder);
    this.#images = new PodmanImages(this.#rest);
    this.#observer = new PodObserver(this.#rest, this.#logs, options.podsFolder);
    this.#usages = new ContainerUsages(this.#rest, options.clock);
  }

  async describe(): Promise<RuntimeDescription> {
    const { Version: version } = (await this.#rest.json("GET", "/version")) as { readonly Version: string };
    return { version, images: await this.#images.list() };
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
    // Podman would run one that has ended once more.
    const present = await this.#observer.newest(identity, plan.container.name);
    if (present !== undefined && hasBegun(present) && attemptOf(present) >= plan.attempt) return;
    const volumes = this.#volumes.get(identity.uid) ?? new Map<string, VolumeSource>();
    const podsFolder = await realpath(this.#podsFolder);
    const mounts = await prepareMounts({ podsFolder, identity, plan, volumes, images: this.#images });
    const target = await this.#targetOf(identity, plan);
    const spec = containerSpec(identity, plan, { mounts, target, profiles: this.#options.seccompProfiles });
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
    await this.#rest.command("POST", `/containers/${present.Id}/update`, limits);
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
    yield* printLog(readEntries(await this.#logs.file(found.Id), options), options);
  }

  async exec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    const { Id } = await this.#running(identity, container);
    return executeCommand(this.#rest, Id, command, signal);
  }

  async openExec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<number>> {
    const { Id } = await this.#running(identity, container);
    return (streams) => runCommand(this.#rest, Id, command, choice, streams);
  }

  async openAttach(
    identity: PodIdentity,
    container: string,
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<void>> {
    const { Id } = await this.#running(identity, container);
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
    this.#dialers.close();
    this.#logs.close();
    this.#rest.close();
  }

  /** The container whose processes an ephemeral one sees; undefined: its own. Throws `container-create-failed`. */
  async #targetOf(identity: PodIdentity, { container }: ContainerPlan): Promise<string | undefined> {
    const { targetContainerName: name } = container as EphemeralContainer;
    if (name === undefined || name === "") return undefined;
    const present = await this.#observer.newest(identity, name);
    if (present?.State === "running") return present.Id;
    const message = `unable to find target container ${name}`;
    throw new CatalystError("container-create-failed", message);
  }

  /** The newest attempt of a container, which runs. Throws `container-absent`, in the kubelet's words. */
  async #running(identity: PodIdentity, container: string): Promise<ListedContainer> {
    const present = await this.#observer.newest(identity, container);
    if (present?.State === "running") return present;
    throw new CatalystError("container-absent", `container not found (${JSON.stringify(container)})`);
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
