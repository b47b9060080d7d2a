import type { Duplex } from "node:stream";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import type { ProcessStreams, StreamChoice } from "./streams.ts";

/** Names one Pod of one cluster for good. */
export interface PodIdentity {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One container as it is now: the newest attempt to run it. Times in milliseconds since the epoch. */
export interface ContainerObservation {
  readonly name: string;
  readonly id: string;
  /** Counts from 0; each start is a new container. */
  readonly attempt: number;
  readonly state: "created" | "running" | "exited";
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly outOfMemory?: boolean | undefined;
  /** What it left behind when it ended, as its `terminationMessagePolicy` asks. */
  readonly message?: string | undefined;
  readonly imageId?: string | undefined;
  /** Of a runtime whose containers can't be probed: its own word on readiness. */
  readonly ready?: boolean | undefined;
}

/** A Pod as it is now: the sandbox its containers share, and these. */
export interface PodObservation {
  readonly identity: PodIdentity;
  /** The address at which the Pod is reached. */
  readonly address: string;
  /**
   * False once the sandbox has ended, by itself or by `stopSandbox`: containers can't start in it any more, what
   * ended in it is still known.
   */
  readonly isRunning: boolean;
  readonly containers: readonly ContainerObservation[];
}

/** What a container uses now. */
export interface ContainerUsage {
  readonly name: string;
  /** Processors in use, over the time since the measurement before. */
  readonly cpuCores: number;
  /** Bytes of memory that can't be taken back at once: the working set. */
  readonly memoryBytes: number;
}

/** What a Pod's running containers use. */
export interface PodUsage {
  readonly identity: PodIdentity;
  /** When it was measured (milliseconds since the epoch), and over how many milliseconds before. */
  readonly measuredAt: number;
  readonly window: number;
  readonly containers: readonly ContainerUsage[];
}

/** A file a volume shows. */
export interface VolumeFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Where a volume's content comes from, once everything it refers to has been read. */
export type VolumeSource =
  /** An empty folder that lives as long as the Pod; `limit` in bytes. */
  | { readonly type: "empty"; readonly inMemory: boolean; readonly limit?: number | undefined }
  /** Files written by the node; replaced when they change. */
  | { readonly type: "files"; readonly files: readonly VolumeFile[] }
  /** A folder of the machine, which is there. */
  | { readonly type: "folder"; readonly path: string; readonly readOnly: boolean }
  /** The files of an image, as they are in it. */
  | { readonly type: "image"; readonly image: string };

/** An image as a runtime has it. */
export interface RuntimeImage {
  readonly id: string;
  /** Its `USER`: a number or a name, maybe with a group behind a colon. */
  readonly user?: string | undefined;
  readonly bytes?: number | undefined;
}

/** What a registry wants to know; never logged. */
export interface RegistryCredential {
  /** `registry.example:5000`, maybe with a path. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** A container with everything resolved that refers elsewhere. */
export interface ContainerPlan {
  readonly pod: Pod;
  readonly container: Container;
  /** At least 0; higher than that of every attempt before. */
  readonly attempt: number;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly imageId: string;
}

/** What the Pod's containers share. */
export interface SandboxPlan {
  readonly identity: PodIdentity;
  readonly pod: Pod;
  readonly volumes: ReadonlyMap<string, VolumeSource>;
}

export interface LogOptions {
  readonly follow?: boolean | undefined;
  readonly previous?: boolean | undefined;
  /** Only what was written from then on (milliseconds since the epoch). */
  readonly since?: number | undefined;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  /** Each line begins with when it was written. */
  readonly timestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a runtime is, and what it has. */
export interface RuntimeDescription {
  readonly version: string;
  readonly images: readonly { readonly names: readonly string[]; readonly bytes: number }[];
}

export interface RuntimeCapabilities {
  /** Nothing really runs: whoever shows a Pod of this node says so. */
  readonly simulated: boolean;
  /** Commands can be executed, and so can probes and hooks. */
  readonly exec: boolean;
  /** Pods have addresses that answer. */
  readonly network: boolean;
}

/**
 * Runs the containers of Pods. Every method is idempotent: what is so already is left so. A runtime outlives
 * this process: `list` finds what runs, and what is found is taken over, never started twice.
 *
 * Throws CatalystError: `image-pull-failed` (pullImage), `image-name-invalid` (findImage),
 * `container-create-failed` and `container-start-failed` (startContainer), `container-absent` (log, exec, openExec,
 * openAttach, openDialer), `node-simulated` (the last three, of a runtime that runs nothing),
 * `pod-volume-unsupported` (createSandbox, startContainer), `cluster-in-use` (removeCluster),
 * `runtime-unavailable` (any).
 */
export interface PodRuntime {
  /** `podman`, `simulated`: also the node's label. */
  readonly name: string;
  readonly capabilities: RuntimeCapabilities;
  describe(): Promise<RuntimeDescription>;
  /** Every Pod of which something is there. */
  list(): Promise<readonly PodObservation[]>;
  /** One Pod; undefined when nothing is there of it. */
  inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined>;
  /** A container's image; undefined when it isn't here. */
  findImage(pod: Pod, container: Container): Promise<RuntimeImage | undefined>;
  /** Gets a container's image from its registry; where that doesn't answer, one that is here will do. */
  pullImage(
    pod: Pod,
    container: Container,
    credentials: readonly RegistryCredential[],
  ): Promise<RuntimeImage>;
  /** Makes volumes and sandbox; what is left of an ended sandbox goes. */
  createSandbox(plan: SandboxPlan): Promise<void>;
  /** Brings volumes made of files up to date while the Pod runs. */
  refreshVolumes(plan: SandboxPlan): Promise<void>;
  startContainer(identity: PodIdentity, plan: ContainerPlan): Promise<void>;
  /** Asks a container to end and kills it after the grace (seconds), or when the signal aborts. */
  stopContainer(
    identity: PodIdentity,
    container: string,
    graceSeconds: number,
    hurry?: AbortSignal,
  ): Promise<void>;
  /** Gives a running container other resources, without starting it anew. */
  resizeContainer(identity: PodIdentity, container: Container): Promise<void>;
  /** Ends the sandbox and what still runs in it; what ended is kept with its log. */
  stopSandbox(identity: PodIdentity): Promise<void>;
  /** Stops everything within the grace and removes the sandbox with its volumes. */
  removeSandbox(identity: PodIdentity, graceSeconds: number): Promise<void>;
  /** The bytes that are in a Pod's volume of the type `empty`. */
  volumeUsage(identity: PodIdentity, volume: string): Promise<number>;
  /** What the running containers of a cluster's Pods use. A container measured for the first time is left out. */
  stats(cluster: string): Promise<readonly PodUsage[]>;
  log(identity: PodIdentity, container: string, options: LogOptions): AsyncIterable<Uint8Array>;
  /** Runs a command inside a container; gives its exit code and the beginning of its output. */
  exec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  /**
   * Makes ready to run a command inside a container with its streams; what it gives does that, once, and answers the
   * exit code. When the streams' signal aborts the command is killed.
   */
  openExec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<number>>;
  /** Makes ready to take part in the streams of a container's own process; what it gives ends with the process. */
  openAttach(
    identity: PodIdentity,
    container: string,
    choice: StreamChoice,
  ): Promise<(streams: ProcessStreams) => Promise<void>>;
  /**
   * Makes ready to connect to ports inside a Pod, as a program there would to its own machine: also to what listens on
   * the loopback alone. The connector throws `port-refused` when nobody listens.
   */
  openDialer(identity: PodIdentity): Promise<(port: number, signal: AbortSignal) => Promise<Duplex>>;
  /**
   * The Pods that changed by themselves (a container ended), from now on. Ends or throws when the signal
   * aborts or the runtime goes away.
   */
  changes(signal: AbortSignal): AsyncIterable<PodIdentity>;
  /** The clusters it keeps something for beside their Pods, such as a network. */
  clusters(): Promise<readonly string[]>;
  /** Lets go of what it keeps for a cluster that is gone. Throws `cluster-in-use` while Pods of it are left. */
  removeCluster(cluster: string): Promise<void>;
  /** Lets go of the runtime; containers run on. */
  close(): Promise<void>;
}
