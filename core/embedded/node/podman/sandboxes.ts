import type { Clock } from "@catalyst/base/clock";
import type { PodIdentity, SandboxPlan, VolumeSource } from "@catalyst/ports/containers";
import { identityFrom, label, podName } from "./labels.ts";
import { type ClusterNetwork, type ClusterNetworks, prepareBridge } from "./network.ts";
import type { PodObserver } from "./observer.ts";
import type { PodmanRest } from "./rest.ts";
import { defaultGrace, sandboxSpec } from "./sandbox-spec.ts";
import { stopContainer } from "./stopping.ts";
import { removePodFolder, writeHosts, writeVolumes } from "./volumes.ts";

export interface SandboxesOptions {
  readonly rest: PodmanRest;
  readonly clock: Clock;
  readonly networks: ClusterNetworks;
  readonly observer: PodObserver;
  /** Folder for the Pods' volumes that die with them. */
  readonly podsFolder: string;
  /** Told of a cluster's network once it is there, before a new Pod's containers start. */
  readonly joined?: ((cluster: string, network: ClusterNetwork) => Promise<void>) | undefined;
}

/** What the containers of each Pod share: a podman pod on its cluster's bridge, and volumes. */
export class Sandboxes {
  readonly #options: SandboxesOptions;
  readonly #rest: PodmanRest;
  readonly #podsFolder: string;
  readonly #volumes = new Map<string, ReadonlyMap<string, VolumeSource>>();

  constructor(options: SandboxesOptions) {
    this.#options = options;
    this.#rest = options.rest;
    this.#podsFolder = options.podsFolder;
  }

  async create(plan: SandboxPlan): Promise<void> {
    const { networks, observer, joined } = this.#options;
    const { identity, pod } = plan;
    await this.refresh(plan);
    const network = await networks.ensure(identity.cluster);
    // What is left of an earlier run of the machine has no network any more.
    await this.#removePod(identity, 0);
    await this.#rest.json("POST", "/pods/create", sandboxSpec(identity, pod, network));
    const { InfraContainerID: infra } = (await this.#rest.json("GET", `/pods/${podName(identity)}/json`)) as {
      readonly InfraContainerID: string;
    };
    await this.#rest.json("POST", `/containers/${infra}/start`);
    if (pod.spec.hostNetwork === true) return;
    await writeHosts(this.#podsFolder, identity, pod, await observer.addressOf(infra));
    await prepareBridge(network.bridge);
    await joined?.(identity.cluster, network);
  }

  /** Makes a Pod's volumes exist with their present content. */
  async refresh(plan: SandboxPlan): Promise<void> {
    this.#volumes.set(plan.identity.uid, plan.volumes);
    await writeVolumes(this.#podsFolder, plan);
  }

  /** A Pod's volumes, as this process was told of them last. */
  volumesOf({ uid }: PodIdentity): ReadonlyMap<string, VolumeSource> {
    return this.#volumes.get(uid) ?? new Map();
  }

  /** Ends a sandbox and what runs in it; what ended is kept with its log. */
  async stop(identity: PodIdentity): Promise<void> {
    await this.#rest.json("POST", `/pods/${podName(identity)}/kill?signal=KILL`, undefined, [404, 409, 500]);
  }

  /** Ends a Pod's containers within the grace (seconds), and removes all of it. */
  async remove(identity: PodIdentity, graceSeconds: number): Promise<void> {
    await this.#removePod(identity, graceSeconds);
    await removePodFolder(this.#podsFolder, identity);
    this.#volumes.delete(identity.uid);
  }

  /** Ends every Pod's containers within its grace, at most `graceLimit` seconds; what volumes hold stays. */
  async stopAll(graceLimit: number): Promise<void> {
    const all = await this.#options.observer.containers({ label: [label.uid] });
    const byUid = Map.groupBy(all, (container) => container.Labels?.[label.uid] ?? "");
    const ends = await Promise.allSettled(
      [...byUid.values()].map(async (containers) => {
        const labels = containers.find((container) => container.IsInfra)?.Labels ?? {};
        const grace = Math.min(Number(labels[label.grace] ?? defaultGrace), graceLimit);
        await this.#removePod(identityFrom(labels), grace);
      }),
    );
    // One that can't be removed keeps no other one here.
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async #removePod(identity: PodIdentity, graceSeconds: number): Promise<void> {
    if (graceSeconds > 0) await this.#endContainers(identity, graceSeconds);
    // Whatever is left gets no more time; podman's own stop would give it ten seconds.
    await this.stop(identity);
    await this.#rest.json("DELETE", `/pods/${podName(identity)}?force=true`, undefined, [404]);
  }

  async #endContainers(identity: PodIdentity, graceSeconds: number): Promise<void> {
    const { observer, clock } = this.#options;
    const all = await observer.containers({ label: [`${label.uid}=${identity.uid}`] });
    const running = all.filter((container) => !container.IsInfra && container.State === "running");
    await Promise.all(running.map(({ Id }) => stopContainer(this.#rest, clock, Id, graceSeconds)));
  }
}
