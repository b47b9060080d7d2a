import type { Clock } from "@catalyst/base/clock";
import type { ContainerUsage, PodUsage } from "@catalyst/ports/containers";
import { identityFrom, label } from "./labels.ts";
import type { ListedContainer } from "./listed-container.ts";
import type { PodmanRest } from "./rest.ts";

interface Sample {
  readonly at: number;
  readonly cpuNanos: number;
}

/** Samples closer than this give no better answer: the one before is used on. Milliseconds. */
const shortestWindow = 1000;

/** Measures running containers; processors in use are what has been used since the measurement before. */
export class ContainerUsages {
  readonly #rest: PodmanRest;
  readonly #clock: Clock;
  readonly #samples = new Map<string, Sample>();

  constructor(rest: PodmanRest, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
  }

  /** `running`: containers of Pods, without their sandboxes. */
  async measure(running: readonly ListedContainer[]): Promise<readonly PodUsage[]> {
    if (running.length === 0) return [];
    const names = running.map(({ Id }) => `containers=${Id}`).join("&");
    const { Stats } = (await this.#rest.json("GET", `/containers/stats?stream=false&${names}`)) as {
      readonly Stats: readonly { ContainerID: string; CPUNano: number; MemUsage: number }[] | null;
    };
    const at = this.#clock.now();
    const byPod = Map.groupBy(running, (container) => container.Labels?.[label.uid] ?? "");
    const pods: PodUsage[] = [];
    for (const containers of byPod.values()) {
      let window = 0;
      const used: ContainerUsage[] = [];
      for (const { Id, Labels } of containers) {
        const stat = (Stats ?? []).find(({ ContainerID }) => Id.startsWith(ContainerID));
        const rate = stat && this.#rate(Id, { at, cpuNanos: stat.CPUNano });
        if (rate === undefined || stat === undefined) continue;
        window = Math.max(window, rate.window);
        const name = Labels?.[label.container] ?? "";
        used.push({ name, cpuCores: rate.cores, memoryBytes: stat.MemUsage });
      }
      const identity = identityFrom(containers[0]?.Labels ?? {});
      if (used.length > 0) pods.push({ identity, measuredAt: at, window, containers: used });
    }
    return pods;
  }

  #rate(id: string, sample: Sample): { readonly cores: number; readonly window: number } | undefined {
    const before = this.#samples.get(id);
    const window = before === undefined ? 0 : sample.at - before.at;
    if (before === undefined || window >= shortestWindow) this.#samples.set(id, sample);
    if (before === undefined || window <= 0) return undefined;
    return { cores: Math.max(0, sample.cpuNanos - before.cpuNanos) / 1e6 / window, window };
  }
}
