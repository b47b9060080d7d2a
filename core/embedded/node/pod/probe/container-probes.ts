import type { ContainerObservation } from "@catalyst/ports/containers";
import type { Container, Probe } from "@catalyst/ports/kubernetes";
import type { StopCause } from "../decide.ts";
import { type PodWork, say } from "../work.ts";
import { type ProbeOutcome, runProbe } from "./run.ts";

type Kind = "startup" | "liveness" | "readiness";

const words: Readonly<Record<Kind, string>> = {
  startup: "Startup",
  liveness: "Liveness",
  readiness: "Readiness",
};

/** What the probes of one attempt of a container have found. */
export interface ProbeFindings {
  readonly started: boolean;
  readonly ready: boolean;
  /** A failed probe that has the container restarted. */
  readonly unhealthy: StopCause | undefined;
}

/** Probes one attempt of a container, each probe at its times, until it is closed. Wakes its Pod when a finding changes. */
export class ContainerProbes {
  readonly #work: PodWork;
  readonly #container: Container;
  readonly #id: string;
  readonly #startedAt: number;
  readonly #address: string;
  readonly #closing = new AbortController();
  /** Ends what would restart the container: not wanted any more once its Pod ends. */
  readonly #quiet = new AbortController();
  #findings: ProbeFindings;

  /** `before`: what is known of this very attempt from a run of the node before this one. */
  constructor(
    work: PodWork,
    container: Container,
    present: ContainerObservation,
    address: string,
    before?: { readonly started?: boolean; readonly ready?: boolean },
  ) {
    this.#work = work;
    this.#container = container;
    this.#id = present.id;
    this.#startedAt = present.startedAt ?? work.context.clock.now();
    this.#address = address;
    const started = container.startupProbe === undefined || before?.started === true;
    const ready = container.readinessProbe === undefined || before?.ready === true;
    this.#findings = { started, ready, unhealthy: undefined };
    if (started) this.#follow();
    else this.#run("startup", container.startupProbe);
  }

  /** The findings about this attempt; undefined when they are about another. */
  of({ id }: ContainerObservation): ProbeFindings | undefined {
    return id === this.#id ? this.#findings : undefined;
  }

  /** Leaves only the readiness probe: for a Pod that ends. */
  quieten(): void {
    this.#quiet.abort();
  }

  close(): void {
    this.#closing.abort();
  }

  /** What is probed once a container has started. */
  #follow(): void {
    this.#run("liveness", this.#container.livenessProbe);
    this.#run("readiness", this.#container.readinessProbe);
  }

  #run(kind: Kind, probe: Probe | undefined): void {
    if (probe === undefined) return;
    const ends = [this.#closing.signal, this.#work.context.signal];
    if (kind !== "readiness") ends.push(this.#quiet.signal);
    const signal = AbortSignal.any(ends);
    this.#repeat(kind, probe, signal).catch((error: unknown) => {
      if (!signal.aborted)
        this.#work.context.logger.warn("a probe has ended", { kind, error: String(error) });
    });
  }

  async #repeat(kind: Kind, probe: Probe, signal: AbortSignal): Promise<void> {
    const { clock } = this.#work.context;
    const first = this.#startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    await clock.sleep(Math.max(0, first - clock.now()), signal);
    let [run, last] = [0, ""];
    for (;;) {
      const begun = clock.now();
      const outcome = await runProbe(this.#work, this.#container, probe, this.#address, signal);
      if (signal.aborted) return;
      this.#say(kind, outcome);
      const result = outcome.result === "warning" ? "success" : outcome.result;
      // What couldn't be probed says nothing about the container.
      if (result !== "error") {
        run = result === last ? run + 1 : 1;
        last = result;
        const enough = result === "success" ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
        if (run >= enough && this.#conclude(kind, result === "success")) return;
      }
      await clock.sleep(Math.max(0, begun + (probe.periodSeconds ?? 10) * 1000 - clock.now()), signal);
    }
  }

  #say(kind: Kind, { result, output }: ProbeOutcome): void {
    const say1 = (reason: string, message: string) =>
      say(this.#work, "Warning", reason, `${words[kind]} ${message}`, this.#container);
    if (result === "failure") say1("Unhealthy", `probe failed: ${output}`);
    if (result === "error") say1("Unhealthy", `probe errored and resulted in unknown state: ${output}`);
    if (result === "warning") say1("ProbeWarning", `probe warning: ${output}`);
  }

  /** Takes a finding in; true when this probe has nothing more to find. */
  #conclude(kind: Kind, isFine: boolean): boolean {
    switch (kind) {
      case "startup":
        this.#change(isFine ? { started: true } : { unhealthy: "startup" });
        if (isFine) this.#follow();
        return true;
      case "liveness":
        if (!isFine) this.#change({ unhealthy: "liveness" });
        return !isFine;
      case "readiness":
        if (this.#findings.ready !== isFine) this.#change({ ready: isFine });
        return false;
    }
  }

  #change(change: Partial<ProbeFindings>): void {
    this.#findings = { ...this.#findings, ...change };
    this.#work.wake();
  }
}
