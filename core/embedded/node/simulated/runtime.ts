import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type {
  ContainerObservation,
  ContainerPlan,
  LogOptions,
  PodIdentity,
  PodObservation,
  PodRuntime,
  PodUsage,
  RuntimeDescription,
  RuntimeImage,
  SandboxPlan,
} from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { ChangeQueue } from "../change-queue.ts";
import { simulatedLog } from "./log.ts";
import { failsToPull, playOf, pullDelay, usageOf } from "./play.ts";
import { addressOf, remembered, type SimulatedContainer, type SimulatedPod } from "./pod.ts";

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** Milliseconds from a container's start until it is ready or, if it is to end, ends. Default 0. */
  readonly delay?: number | undefined;
}

/** How a container ends that is asked to: by the signal, as most programs do (128 + SIGTERM). */
const stopped = 143;
/** Over how long usage is said to have been measured, in milliseconds. */
const usageWindow = 15_000;

/**
 * Plays the life of Pods without running anything: containers become ready after a delay, init containers and
 * those of Jobs end with 0. Annotations ask for something else (`simulation`). Nothing is kept on disk: after a
 * restart a Pod's own status says what had been started.
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

  async describe(): Promise<RuntimeDescription> {
    return { version: "1", images: [] };
  }

  async list(): Promise<readonly PodObservation[]> {
    return [...this.#pods.values()].map((pod) => this.#observe(pod));
  }

  async inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined> {
    const known = this.#pods.get(identity.uid) ?? remembered(pod, identity, this.#clock.now());
    if (known === undefined) return undefined;
    this.#pods.set(identity.uid, known);
    // Annotations may change what is played.
    known.pod = pod;
    this.#follow(known);
    return this.#observe(known);
  }

  async findImage(pod: Pod, container: Container): Promise<RuntimeImage | undefined> {
    if (failsToPull(pod, container)) return undefined;
    const isThere = this.#pods.get(pod.metadata.uid ?? "")?.containers.has(container.name) === true;
    return pullDelay(pod, container) === 0 || isThere ? imageOf(container) : undefined;
  }

  async pullImage(pod: Pod, container: Container): Promise<RuntimeImage> {
    const delay = pullDelay(pod, container);
    if (delay > 0) await this.#clock.sleep(delay, this.#closing.signal);
    if (!failsToPull(pod, container)) return imageOf(container);
    const message = `failed to pull image "${container.image ?? ""}": simulated failure`;
    throw new CatalystError("image-pull-failed", message);
  }

  async createSandbox({ identity, pod }: SandboxPlan): Promise<void> {
    if (this.#pods.get(identity.uid)?.isRunning === true) return;
    this.#pods.set(identity.uid, { identity, pod, isRunning: true, containers: new Map() });
  }

  async refreshVolumes(): Promise<void> {}

  async startContainer(identity: PodIdentity, { container, attempt }: ContainerPlan): Promise<void> {
    const pod = this.#pods.get(identity.uid);
    if (pod === undefined || (pod.containers.get(container.name)?.attempt ?? -1) >= attempt) return;
    pod.containers.set(container.name, { container, attempt, startedAt: this.#clock.now() });
    this.#follow(pod);
  }

  async stopContainer(identity: PodIdentity, name: string): Promise<void> {
    const pod = this.#pods.get(identity.uid);
    const container = pod?.containers.get(name);
    if (pod === undefined || container === undefined) return;
    if (this.#observeContainer(pod, container).state !== "running") return;
    container.stopped = { at: this.#clock.now(), exitCode: stopped };
  }

  async resizeContainer(): Promise<void> {}

  async stopSandbox(identity: PodIdentity): Promise<void> {
    const pod = this.#pods.get(identity.uid);
    if (pod === undefined) return;
    for (const name of pod.containers.keys()) await this.stopContainer(identity, name);
    pod.isRunning = false;
  }

  async removeSandbox(identity: PodIdentity): Promise<void> {
    this.#pods.delete(identity.uid);
  }

  async volumeUsage(): Promise<number> {
    return 0;
  }

  async stats(cluster: string): Promise<readonly PodUsage[]> {
    const measuredAt = this.#clock.now();
    const pods = [...this.#pods.values()].filter((pod) => pod.identity.cluster === cluster);
    return pods.map((known) => ({
      identity: known.identity,
      measuredAt,
      window: usageWindow,
      containers: [...known.containers.values()]
        .filter((each) => this.#observeContainer(known, each).state === "running")
        .map(({ container }) => ({ name: container.name, ...usageOf(known.pod, container) })),
    }));
  }

  log(identity: PodIdentity, container: string, options: LogOptions): AsyncIterable<Uint8Array> {
    const pod = this.#pods.get(identity.uid);
    const known = pod?.containers.get(container);
    if (pod === undefined || known === undefined)
      throw new CatalystError("container-absent", `container ${container} hasn't started`);
    return simulatedLog(pod.pod, known, options);
  }

  async exec(): Promise<never> {
    throw new CatalystError("container-absent", "nothing runs on a simulated node", {
      hint: "Start with --runtime podman to run Pods for real.",
    });
  }

  async openExec(): Promise<never> {
    throw nothingRuns("there is nothing to run a command in");
  }

  async openAttach(): Promise<never> {
    throw nothingRuns("there is no process to attach to");
  }

  async openDialer(): Promise<never> {
    throw nothingRuns("nobody listens at its ports");
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

  /**
   * Has a Pod's next change told when it is due: whoever looks at the Pod then has the one after it told, so that
   * none is missed, also of a Pod that was started before this process or whose annotations have changed.
   */
  #follow(pod: SimulatedPod): void {
    const now = this.#clock.now();
    const due = Math.min(...[...pod.containers.values()].flatMap((each) => this.#changesOf(pod, each, now)));
    if (!Number.isFinite(due) || (pod.tellAt !== undefined && pod.tellAt <= due)) return;
    pod.tellAt = due;
    void this.#tell(pod, due);
  }

  /** When a container that runs is ready and when it ends, as far as that is to come. */
  #changesOf({ pod }: SimulatedPod, each: SimulatedContainer, now: number): readonly number[] {
    if (each.stopped !== undefined) return [];
    const { readyAt, end } = playOf(pod, each.container, each.attempt, this.#delay);
    const times = end === undefined ? [readyAt] : [readyAt, end.at];
    return times.map((time) => each.startedAt + time).filter((time) => time > now);
  }

  /** A timer may end a little early: whoever looked then would see no change. */
  async #tell(pod: SimulatedPod, due: number): Promise<void> {
    try {
      for (let left = due - this.#clock.now(); left > 0; left = due - this.#clock.now())
        await this.#clock.sleep(left, this.#closing.signal);
    } catch {
      return; // It was closed meanwhile.
    }
    if (pod.tellAt === due) pod.tellAt = undefined;
    if (this.#pods.get(pod.identity.uid) === pod) this.#changes.push(pod.identity);
  }

  #observe(pod: SimulatedPod): PodObservation {
    return {
      identity: pod.identity,
      address: addressOf(pod.identity.uid),
      isRunning: pod.isRunning,
      containers: [...pod.containers.values()].map((each) => this.#observeContainer(pod, each)),
    };
  }

  #observeContainer({ identity, pod }: SimulatedPod, each: SimulatedContainer): ContainerObservation {
    const { container, attempt, startedAt } = each;
    const now = this.#clock.now();
    const { readyAt, neverReady, end } = playOf(pod, container, attempt, this.#delay);
    const common = {
      name: container.name,
      id: `simulated://${identity.uid}/${container.name}/${attempt}`,
      attempt,
      startedAt,
      imageId: imageOf(container).id,
    };
    const ended =
      end !== undefined && now >= startedAt + end.at
        ? { at: startedAt + end.at, exitCode: end.exitCode }
        : each.stopped;
    if (ended !== undefined)
      return { ...common, state: "exited", finishedAt: ended.at, exitCode: ended.exitCode };
    return { ...common, state: "running", ready: now >= startedAt + readyAt && !neverReady };
  }
}

function imageOf(container: Container): RuntimeImage {
  return { id: `simulated://${container.image ?? ""}` };
}

function nothingRuns(so: string): CatalystError {
  const message = `this Pod is simulated: nothing runs, so ${so}. To run it for real: ./catalyst up --runtime podman`;
  return new CatalystError("node-simulated", message);
}
