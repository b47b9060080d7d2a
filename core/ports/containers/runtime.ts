import type { Container, Pod } from "@catalyst/ports/kubernetes";

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
  readonly imageId?: string | undefined;
  /** Of a runtime whose containers can't be probed: its own word on readiness. */
  readonly ready?: boolean | undefined;
}

/** A Pod as it is now: the sandbox its containers share, and these. */
export interface PodObservation {
  readonly identity: PodIdentity;
  /** The address at which the Pod is reached. */
  readonly address: string;
  readonly containers: readonly ContainerObservation[];
}

/** A file a volume shows. */
export interface VolumeFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Where a volume's content comes from, once everything it refers to has been read. */
export type VolumeSource =
  /** An empty folder that lives as long as the Pod. */
  | { readonly type: "empty"; readonly inMemory: boolean }
  /** Files written by the node; replaced when they change. */
  | { readonly type: "files"; readonly files: readonly VolumeFile[] }
  /** A folder of the machine. */
  | { readonly type: "folder"; readonly path: string; readonly readOnly: boolean };

/** A container with everything resolved that refers elsewhere. */
export interface ContainerPlan {
  readonly pod: Pod;
  readonly container: Container;
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
  readonly sinceSeconds?: number | undefined;
  readonly tailLines?: number | undefined;
  readonly timestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RuntimeCapabilities {
  /** Nothing really runs: whoever shows a Pod of this node says so. */
  readonly simulated: boolean;
  /** Commands can be executed, and so can probes. */
  readonly exec: boolean;
  /** Pods have addresses that answer. */
  readonly network: boolean;
}

/**
 * Runs the containers of Pods. Every method is idempotent: what is so already is left so. A runtime outlives
 * this process: `list` finds what runs, and what is found is taken over, never started twice.
 *
 * Throws CatalystError: `image-pull-failed` (pullImage), `container-start-failed` (startContainer),
 * `container-absent` (log, exec), `cluster-in-use` (removeCluster), `runtime-unavailable` (any).
 */
export interface PodRuntime {
  /** `podman`, `simulated`: also the node's label. */
  readonly name: string;
  readonly capabilities: RuntimeCapabilities;
  /** Every Pod whose sandbox exists. */
  list(): Promise<readonly PodObservation[]>;
  /** One Pod; undefined when it has no sandbox. */
  inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined>;
  /** Makes an image available; gives its id. `always` asks its registry even if it is there. */
  pullImage(pod: Pod, image: string, always: boolean): Promise<string>;
  createSandbox(plan: SandboxPlan): Promise<void>;
  /** Brings volumes made of files up to date while the Pod runs. */
  refreshVolumes(plan: SandboxPlan): Promise<void>;
  startContainer(identity: PodIdentity, plan: ContainerPlan): Promise<void>;
  /** Asks a container to end and kills it after the grace (seconds). */
  stopContainer(identity: PodIdentity, container: string, graceSeconds: number): Promise<void>;
  /** Stops everything within the grace and removes the sandbox with its volumes. */
  removeSandbox(identity: PodIdentity, graceSeconds: number): Promise<void>;
  log(identity: PodIdentity, container: string, options: LogOptions): AsyncIterable<Uint8Array>;
  /** Runs a command inside a container; gives its exit code and the beginning of its output. */
  exec(
    identity: PodIdentity,
    container: string,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
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
