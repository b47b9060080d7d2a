import type { Clock } from "@catalyst/base/clock";
import { label } from "../labels.ts";
import type { ListedContainer } from "../listed-container.ts";
import { filters, type PodmanRest } from "../rest.ts";
import type { LogFile } from "./read.ts";
import { rotateLog } from "./rotation.ts";

/** How often the sizes of all logs are looked at, as the kubelet (milliseconds). */
const interval = 10_000;

/** The log files of the Pods' containers, kept from growing without end. */
export class ContainerLogs {
  readonly #rest: PodmanRest;
  readonly #clock: Clock;
  readonly #paths = new Map<string, string>();
  readonly #closing = new AbortController();

  constructor(rest: PodmanRest, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
    void this.#watchSizes();
  }

  /** The log of a container, which exists. */
  async file(id: string): Promise<LogFile> {
    return {
      path: await this.#pathOf(id),
      isWritten: async () => (await this.#inspect(id))?.State.Running === true,
    };
  }

  close(): void {
    this.#closing.abort();
  }

  async #watchSizes(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#clock.sleep(interval, signal).catch(() => undefined);
      if (signal.aborted) return;
      // What can't be looked at now is looked at next time.
      await this.#rotateAll().catch(() => undefined);
    }
  }

  async #rotateAll(): Promise<void> {
    const query = filters({ label: [label.uid], status: ["running"] });
    const running = (await this.#rest.json("GET", `/containers/json?filters=${query}`)) as ListedContainer[];
    const ids = new Set(running.filter(({ IsInfra }) => !IsInfra).map(({ Id }) => Id));
    for (const id of this.#paths.keys()) if (!ids.has(id)) this.#paths.delete(id);
    for (const id of ids) await rotateLog(await this.#pathOf(id), new Date(this.#clock.now()));
  }

  async #pathOf(id: string): Promise<string> {
    const known = this.#paths.get(id);
    if (known !== undefined) return known;
    const path = (await this.#inspect(id))?.HostConfig.LogConfig.Path ?? "";
    this.#paths.set(id, path);
    return path;
  }

  async #inspect(id: string) {
    return (await this.#rest.json("GET", `/containers/${id}/json`, undefined, [404])) as
      | {
          readonly State: { readonly Running: boolean };
          readonly HostConfig: { readonly LogConfig: { readonly Path: string } };
        }
      | undefined;
  }
}
