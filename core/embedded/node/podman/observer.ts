import type { ContainerObservation, PodIdentity, PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { ContainerExits } from "./exits.ts";
import { identityFrom, label } from "./labels.ts";
import { attemptOf, type ListedContainer, observation } from "./listed-container.ts";
import type { ContainerLogs } from "./logs/container-logs.ts";
import { filters, type PodmanRest } from "./rest.ts";

/** Looks at Pods and their containers as podman has them. */
export class PodObserver {
  readonly #rest: PodmanRest;
  readonly #exits: ContainerExits;
  /** Addresses by the infra container's id: they last as long as it runs. */
  readonly #addresses = new Map<string, string>();

  constructor(rest: PodmanRest, logs: ContainerLogs, podsFolder: string) {
    this.#rest = rest;
    this.#exits = new ContainerExits(rest, logs, podsFolder);
  }

  async list(): Promise<readonly PodObservation[]> {
    const all = await this.containers({ label: [label.uid] });
    const ids = new Set(all.map(({ Id }) => Id));
    this.#exits.keep(ids);
    for (const id of this.#addresses.keys()) if (!ids.has(id)) this.#addresses.delete(id);
    const byUid = Map.groupBy(all, (container) => container.Labels?.[label.uid] ?? "");
    const observed = await Promise.all(
      [...byUid.values()].map((containers) => this.#observe(containers, undefined)),
    );
    return observed.filter((each) => each !== undefined);
  }

  async inspect(pod: Pod, identity: PodIdentity): Promise<PodObservation | undefined> {
    return this.#observe(await this.containers({ label: [`${label.uid}=${identity.uid}`] }), pod);
  }

  async containers(by: Readonly<Record<string, readonly string[]>>): Promise<readonly ListedContainer[]> {
    return (await this.#rest.json(
      "GET",
      `/containers/json?all=true&filters=${filters(by)}`,
    )) as ListedContainer[];
  }

  /** The newest attempt of a container, or the one `back` before it. */
  async newest(identity: PodIdentity, container: string, back = 0): Promise<ListedContainer | undefined> {
    const all = await this.containers({
      label: [`${label.uid}=${identity.uid}`, `${label.container}=${container}`],
    });
    return [...all].sort((a, b) => attemptOf(b) - attemptOf(a))[back];
  }

  /** The address of a sandbox by its infra container. */
  async addressOf(infra: string): Promise<string> {
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

  async #observe(all: readonly ListedContainer[], pod: Pod | undefined): Promise<PodObservation | undefined> {
    const infra = all.find((container) => container.IsInfra);
    if (infra === undefined) return undefined;
    const identity = identityFrom(infra.Labels ?? {});
    const isRunning = infra.State === "running";
    const byName = Map.groupBy(
      all.filter((container) => !container.IsInfra),
      (container) => container.Labels?.[label.container] ?? "",
    );
    const newest = [...byName.values()].flatMap(
      (attempts) => [...attempts].sort((a, b) => attemptOf(b) - attemptOf(a))[0] ?? [],
    );
    return {
      identity,
      // An ended sandbox has none any more.
      address: isRunning ? await this.addressOf(infra.Id) : "",
      isRunning,
      containers: await Promise.all(newest.map((listed) => this.#observeContainer(identity, listed, pod))),
    };
  }

  async #observeContainer(
    identity: PodIdentity,
    listed: ListedContainer,
    pod: Pod | undefined,
  ): Promise<ContainerObservation> {
    const seen = observation(listed);
    if (seen.state !== "exited" || pod === undefined) return seen;
    const exit = await this.#exits.of(identity, listed, seen.attempt, containerOf(pod, seen.name));
    if (exit === undefined) return seen;
    const { outOfMemory, message, startedAt, finishedAt } = exit;
    return { ...seen, outOfMemory, message, startedAt, finishedAt };
  }
}

function containerOf(pod: Pod, name: string): Container | undefined {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [...initContainers, ...containers, ...ephemeralContainers].find((each) => each.name === name);
}
