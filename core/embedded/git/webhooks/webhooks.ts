import { randomUUID } from "node:crypto";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { ObjectId, RepositoryRef } from "@catalyst/ports/git";
import type { Transport } from "@catalyst/ports/transport";
import type { GitFolder } from "../folder.ts";
import type { ReaderPool } from "../reader-pool.ts";
import type { Shapes } from "../rest/shapes.ts";
import { HookFile, type HookRecord } from "./hook-file.ts";
import { deliveryHeaders, pushPayload } from "./push-payload.ts";
import { movesSince, type RefMove, readRefs } from "./ref-moves.ts";

export interface WebhooksOptions {
  readonly folder: GitFolder;
  readonly readers: ReaderPool;
  readonly shapes: Shapes;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * The way to an origin (`http://host:port`), or undefined when webhooks mustn't go there. It must not follow
   * redirects (security case 18).
   */
  readonly transport: (origin: string) => Transport | undefined;
}

/** Waits between attempts: 1 s, doubled up to this. */
const longestWait = 60_000;

/**
 * Tells receivers of pushes. What has to be told is the difference between where refs stand and where the hook's
 * last received delivery left them, so a delivery outlives crashes of either side: at least once, in order.
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #files = new Map<string, HookFile>();
  readonly #running = new Map<string, { again: boolean; readonly stop: AbortController }>();
  readonly #closed = new AbortController();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Tells whether a webhook may point at a URL. */
  allows(url: string): boolean {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
    return this.#options.transport(parsed.origin) !== undefined;
  }

  file(repository: RepositoryRef): HookFile {
    const key = keyOf(repository);
    const file = this.#files.get(key) ?? new HookFile(this.#options.folder, repository);
    this.#files.set(key, file);
    return file;
  }

  /** Where refs stand now: what a new hook needn't be told. */
  refs(repository: RepositoryRef): Promise<Record<string, ObjectId>> {
    return this.#options.readers.use(repository, readRefs);
  }

  /** Delivers whatever isn't delivered yet, in the background. */
  async poke(repository: RepositoryRef): Promise<void> {
    for (const hook of await this.file(repository).read()) {
      if (hook.active && hook.events.includes("push")) this.#run(repository, hook.id);
    }
  }

  forget(repository: RepositoryRef): void {
    const prefix = `${keyOf(repository)}#`;
    for (const [key, run] of this.#running) if (key.startsWith(prefix)) run.stop.abort();
    this.#files.delete(keyOf(repository));
  }

  close(): void {
    this.#closed.abort();
  }

  #run(repository: RepositoryRef, id: number): void {
    const key = `${keyOf(repository)}#${id}`;
    const running = this.#running.get(key);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const run = { again: false, stop: new AbortController() };
    this.#running.set(key, run);
    const signal = AbortSignal.any([run.stop.signal, this.#closed.signal]);
    void this.#deliverAll(repository, id, run, signal)
      .catch((error: unknown) => {
        if (!signal.aborted)
          this.#options.logger.error("delivering a webhook failed", { repository, id, error });
      })
      .finally(() => this.#running.delete(key));
  }

  async #deliverAll(
    repository: RepositoryRef,
    id: number,
    run: { again: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    do {
      run.again = false;
      let wait = 1000;
      while (!(await this.#deliverOnce(repository, id, signal))) {
        await this.#options.clock.sleep(wait, signal);
        wait = Math.min(wait * 2, longestWait);
      }
    } while (run.again && !signal.aborted);
  }

  /** True when nothing is left to tell. */
  async #deliverOnce(repository: RepositoryRef, id: number, signal: AbortSignal): Promise<boolean> {
    const { folder, readers } = this.#options;
    const hook = (await this.file(repository).read()).find((candidate) => candidate.id === id);
    if (hook === undefined || !hook.active) return true;
    const now = await readers.use(repository, readRefs);
    for (const move of await movesSince(folder.directory(repository), hook.delivered, now)) {
      if (signal.aborted) return true;
      if (!(await this.#deliver(repository, hook, move, signal))) return false;
      await this.#remember(repository, id, move);
    }
    return true;
  }

  async #deliver(
    repository: RepositoryRef,
    hook: HookRecord,
    move: RefMove,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { folder, readers, shapes, logger, transport } = this.#options;
    const record = await folder.repository(repository);
    if (record === undefined) return true;
    const payload = await readers.use(repository, (reader) =>
      pushPayload(shapes, repository, record, reader, move),
    );
    const body = Buffer.from(JSON.stringify(payload));
    const url = new URL(hook.url);
    try {
      const response = await transport(url.origin)?.request({
        method: "POST",
        path: url.pathname + url.search,
        headers: deliveryHeaders(body, hook.secret, randomUUID()),
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      });
      if (response !== undefined && response.status >= 200 && response.status < 300) return true;
      logger.warn("a webhook was not received", { repository, hook: hook.id, status: response?.status });
    } catch (error) {
      logger.warn("a webhook's receiver can't be reached", { repository, hook: hook.id, error });
    }
    return false;
  }

  #remember(repository: RepositoryRef, id: number, { ref, after }: RefMove): Promise<void> {
    return this.file(repository).update((hooks) =>
      hooks.map((hook) => {
        if (hook.id !== id) return hook;
        const { [ref]: _previous, ...others } = hook.delivered;
        return { ...hook, delivered: /^0+$/.test(after) ? others : { ...others, [ref]: after } };
      }),
    );
  }
}

function keyOf({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`;
}
