import { realpath } from "node:fs/promises";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { ContainerPlan, PodIdentity } from "@catalyst/ports/containers";
import type { Container, EphemeralContainer } from "@catalyst/ports/kubernetes";
import { prepareMounts } from "./container-mounts.ts";
import { containerSpec, resourcesOf } from "./container-spec.ts";
import type { PodmanImages } from "./images.ts";
import { containerName } from "./labels.ts";
import { attemptOf, hasBegun, type ListedContainer } from "./listed-container.ts";
import type { PodObserver } from "./observer.ts";
import type { PodmanRest } from "./rest.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { stopContainer } from "./stopping.ts";

export interface PodContainersOptions {
  readonly rest: PodmanRest;
  readonly clock: Clock;
  readonly observer: PodObserver;
  readonly images: PodmanImages;
  readonly sandboxes: Sandboxes;
  readonly podsFolder: string;
  /** Folder of the seccomp profiles that Pods may name (`Localhost`). */
  readonly seccompProfiles: string;
}

/** The containers of Pods: each attempt to run one is a podman container of its own. */
export class PodContainers {
  readonly #options: PodContainersOptions;
  readonly #rest: PodmanRest;

  constructor(options: PodContainersOptions) {
    this.#options = options;
    this.#rest = options.rest;
  }

  /** Throws `container-create-failed`, `container-start-failed`. */
  async start(identity: PodIdentity, plan: ContainerPlan): Promise<void> {
    const { observer, images, sandboxes, seccompProfiles: profiles } = this.#options;
    const name = containerName(identity, plan.container.name, plan.attempt);
    // Podman would run one that has ended once more.
    const present = await observer.newest(identity, plan.container.name);
    if (present !== undefined && hasBegun(present) && attemptOf(present) >= plan.attempt) return;
    const volumes = sandboxes.volumesOf(identity);
    const podsFolder = await realpath(this.#options.podsFolder);
    const mounts = await prepareMounts({ podsFolder, identity, plan, volumes, images });
    const target = await this.#targetOf(identity, plan);
    const spec = containerSpec(identity, plan, { mounts, target, profiles });
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

  async stop(
    identity: PodIdentity,
    container: string,
    graceSeconds: number,
    hurry?: AbortSignal,
  ): Promise<void> {
    const present = await this.#options.observer.newest(identity, container);
    if (present === undefined) return;
    await stopContainer(this.#rest, this.#options.clock, present.Id, graceSeconds, hurry);
  }

  async resize(identity: PodIdentity, container: Container): Promise<void> {
    const present = await this.#options.observer.newest(identity, container.name);
    if (present?.State !== "running") return;
    const { resource_limits: limits = {} } = resourcesOf(container) as { readonly resource_limits?: object };
    await this.#rest.command("POST", `/containers/${present.Id}/update`, limits);
  }

  /** The newest attempt of a container, which runs. Throws `container-absent`, in the kubelet's words. */
  async running(identity: PodIdentity, container: string): Promise<ListedContainer> {
    const present = await this.#options.observer.newest(identity, container);
    if (present?.State === "running") return present;
    throw new CatalystError("container-absent", `container not found (${JSON.stringify(container)})`);
  }

  /** The container whose processes an ephemeral one sees; undefined: its own. Throws `container-create-failed`. */
  async #targetOf(identity: PodIdentity, { container }: ContainerPlan): Promise<string | undefined> {
    const { targetContainerName: name } = container as EphemeralContainer;
    if (name === undefined || name === "") return undefined;
    const present = await this.#options.observer.newest(identity, name);
    if (present?.State === "running") return present.Id;
    const message = `unable to find target container ${name}`;
    throw new CatalystError("container-create-failed", message);
  }
}

/** The same problem under another code; what isn't podman's refusal stays what it is. */
function failedAs(code: string, error: unknown): unknown {
  if (!isCatalystError(error, "podman-failed")) return error;
  return new CatalystError(code, errorMessage(error), { cause: error });
}
