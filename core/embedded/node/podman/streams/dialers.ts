import { connect, type Socket } from "node:net";
import { CatalystError } from "@catalyst/base/errors";
import type { PodIdentity } from "@catalyst/ports/containers";
import { podName } from "../labels.ts";
import type { PodmanRest } from "../rest.ts";
import { PodDialer } from "./dialer.ts";

interface PodNetwork {
  /** The container that holds it. */
  readonly holder: string;
  /** The path of its namespace. */
  readonly namespace: string;
}

/** The dialers of the Pods that are connected to now. */
export class PodDialers {
  readonly #rest: PodmanRest;
  /** By the container that holds the Pod's network. */
  readonly #open = new Map<string, PodDialer>();

  constructor(rest: PodmanRest) {
    this.#rest = rest;
  }

  /** Gives what connects to a Pod's ports. Throws `container-absent` when the Pod doesn't run. */
  async open(identity: PodIdentity): Promise<(port: number, signal: AbortSignal) => Promise<Socket>> {
    const network = await this.#networkOf(identity);
    if (network === "host") return dialHost;
    return (port, signal) => this.#dialer(network).dial(port, signal);
  }

  close(): void {
    for (const dialer of [...this.#open.values()]) dialer.close();
  }

  #dialer({ holder, namespace }: PodNetwork): PodDialer {
    const known = this.#open.get(holder);
    if (known !== undefined) return known;
    const dialer = new PodDialer(namespace, () => this.#open.delete(holder));
    this.#open.set(holder, dialer);
    return dialer;
  }

  async #networkOf(identity: PodIdentity): Promise<PodNetwork | "host"> {
    const absent = new CatalystError(
      "container-absent",
      `pod not found ("${identity.name}_${identity.namespace}")`,
    );
    const pod = (await this.#rest.json("GET", `/pods/${podName(identity)}/json`, undefined, [404])) as
      | { readonly InfraContainerID: string }
      | undefined;
    if (pod === undefined) throw absent;
    const infra = (await this.#rest.json(
      "GET",
      `/containers/${pod.InfraContainerID}/json`,
      undefined,
      [404],
    )) as
      | {
          readonly State: { readonly Running: boolean; readonly Pid: number };
          readonly HostConfig: { readonly NetworkMode: string };
        }
      | undefined;
    if (infra?.State.Running !== true) throw absent;
    if (infra.HostConfig.NetworkMode === "host") return "host";
    return { holder: pod.InfraContainerID, namespace: `/proc/${infra.State.Pid}/ns/net` };
  }
}

/** A Pod on the machine's own network has the machine's loopback. */
function dialHost(port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, signal });
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) =>
      reject(new CatalystError("port-refused", `failed to connect to localhost:${port}: ${error.message}`)),
    );
  });
}
