import type { Clock } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { annotations } from "@catalyst/model/label";
import type {
  ContainerObservation,
  ContainerPlan,
  LogOptions,
  PodIdentity,
  PodObservation,
  PodRuntime,
  SandboxPlan,
} from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { ChangeQueue } from "../change-queue.ts";
import { simulatedLog } from "./log.ts";

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** Milliseconds from a container's start until it is ready or, if it is to end, ends. Default 0. */
  readonly delay?: number | undefined;
}

interface SimulatedContainer {
  readonly container: Container;
  readonly attempt: number;
  readonly startedAt: number;
}

interface SimulatedPod {
  readonly identity: PodIdentity;
  readonly pod: Pod;
  readonly containers: Map<string, SimulatedContainer>;
}

/**
 * Plays the life of Pods without running anything: containers become ready after a delay, init containers and
 * those of Jobs end with 0. `catalyst.openova.io/simulate` on a Pod asks for a failure instead. Nothing is
 * kept on disk: after a restart a Pod's own status says what had been started.
 */
export class SimulatedRuntime implements PodRuntime {
  readonly name = "simulated";
  readonly capabilities = { simulated: true, exec: false, network: false };
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #pods = new Map<string, SimulatedPod>();
  readonly #changes = new ChangeQueue();
  readonly #closing = new AbortController();

  constructor(options: SimulatedRuntimeOptions) {
    this.#clock = options.clock;
    this.#delay = options.delay ?? 0;
  }

  async list(): Promise<readonly PodObservation[]> {
    return [...this.#pods.values()].map((pod) => this.#observe(pod));
  }

  async inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined> {
    const known = this.#pods.get(identity.uid) ?? this.#remember(pod, identity);
    return known === undefined ? undefined : this.#observe(known);
  }

  async pullImage(pod: Pod, image: string): Promise<string> {
    if (pod.metadata.annotations?.[annotations.simulate] === "pull-error") {
      throw new CatalystError("image-pull-failed", `failed to pull image "${image}": simulated failure`);
    }
    return `simulated://${image}`;
  }

  async createSandbox({ identity, pod }: SandboxPlan): Promise<void> {
    if (!this.#pods.has(identity.uid)) this.#pods.set(identity.uid, { identity, pod, containers: new Map() });
  }

  async refreshVolumes(): Promise<void> {}

  async startContainer(identity: PodIdentity, { container, attempt }: ContainerPlan): Promise<void> {
    const pod = this.#pods.get(identity.uid);
    if ((pod?.containers.get(container.name)?.attempt ?? -1) >= attempt) return;
    pod?.containers.set(container.name, { container, attempt, startedAt: this.#clock.now() });
    if (this.#delay === 0) return;
    this.#clock.sleep(this.#delay, this.#closing.signal).then(
      () => this.#changes.push(identity),
      () => undefined,
    );
  }

  async stopContainer(identity: PodIdentity, container: string): Promise<void> {
    this.#pods.get(identity.uid)?.containers.delete(container);
  }

  async removeSandbox(identity: PodIdentity): Promise<void> {
    this.#pods.delete(identity.uid);
  }

  log(identity: PodIdentity, container: string, options: LogOptions): AsyncIterable<Uint8Array> {
    const known = this.#pods.get(identity.uid)?.containers.get(container);
    if (known === undefined)
      throw new CatalystError("container-absent", `container ${container} hasn't started`);
    return simulatedLog(known.container, known.startedAt, options);
  }

  async exec(): Promise<never> {
    throw new CatalystError("container-absent", "nothing runs on a simulated node", {
      hint: "Start with --runtime podman to run Pods for real.",
    });
  }

  changes(signal: AbortSignal): AsyncIterable<PodIdentity> {
    return this.#changes.read(AbortSignal.any([signal, this.#closing.signal]));
  }

  /** Addresses are made up, so a cluster has nothing beside its Pods. */
  async clusters(): Promise<readonly string[]> {
    return [];
  }

  async removeCluster(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #observe({ identity, pod, containers }: SimulatedPod): PodObservation {
    return {
      identity,
      address: addressOf(identity.uid),
      containers: [...containers.values()].map((each) => this.#observeContainer(identity, pod, each)),
    };
  }

  #observeContainer(identity: PodIdentity, pod: Pod, each: SimulatedContainer): ContainerObservation {
    const { container, attempt, startedAt } = each;
    const ending = this.#ending(pod, container);
    const due = startedAt + (ending?.atOnce === true ? 0 : this.#delay);
    const isDue = this.#clock.now() >= due;
    const common = {
      name: container.name,
      id: `simulated://${identity.uid}/${container.name}/${attempt}`,
      attempt,
      startedAt,
      imageId: `simulated://${container.image ?? ""}`,
    };
    if (ending !== undefined && isDue)
      return { ...common, state: "exited", finishedAt: due, exitCode: ending.exitCode };
    const ready = isDue && pod.metadata.annotations?.[annotations.simulate] !== "never-ready";
    return { ...common, state: "running", ready };
  }

  /** How a container ends by itself; undefined for one that goes on. */
  #ending(
    pod: Pod,
    container: Container,
  ): { readonly exitCode: number; readonly atOnce: boolean } | undefined {
    const isInit = pod.spec.initContainers?.some((init) => init.name === container.name) === true;
    if (isInit) return container.restartPolicy === "Always" ? undefined : { exitCode: 0, atOnce: true };
    if (pod.metadata.annotations?.[annotations.simulate] === "crash") return { exitCode: 1, atOnce: false };
    const goesOn = (pod.spec.restartPolicy ?? "Always") === "Always";
    return goesOn ? undefined : { exitCode: 0, atOnce: false };
  }

  /** A Pod whose containers were started before this process: taken over as its status says. */
  #remember(pod: Pod, identity: PodIdentity): SimulatedPod | undefined {
    const statuses = [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ].filter((status) => status.containerID !== undefined);
    if (statuses.length === 0) return undefined;
    const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const remembered: SimulatedPod = { identity, pod, containers: new Map() };
    for (const status of statuses) {
      const container = all.find((candidate) => candidate.name === status.name);
      const started = status.state?.running?.startedAt ?? status.state?.terminated?.startedAt;
      if (container === undefined) continue;
      const startedAt = started === undefined ? this.#clock.now() : Date.parse(started);
      remembered.containers.set(status.name, { container, attempt: status.restartCount, startedAt });
    }
    this.#pods.set(identity.uid, remembered);
    return remembered;
  }
}

/** An address that nobody answers at, from the range shared between carriers (RFC 6598). */
function addressOf(uid: string): string {
  const bytes = Buffer.from(sha256Hex(uid).slice(0, 6), "hex");
  return `100.${64 + ((bytes[0] ?? 0) % 64)}.${bytes[1] ?? 0}.${bytes[2] ?? 0}`;
}
