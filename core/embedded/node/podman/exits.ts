import { open } from "node:fs/promises";
import type { PodIdentity } from "@catalyst/ports/containers";
import type { Container } from "@catalyst/ports/kubernetes";
import { printLog } from "../log/print.ts";
import type { ListedContainer } from "./listed-container.ts";
import type { ContainerLogs } from "./logs/container-logs.ts";
import { readEntries } from "./logs/read.ts";
import { killedForMemory } from "./out-of-memory.ts";
import type { PodmanRest } from "./rest.ts";
import { messageFile } from "./volumes.ts";

/** How a container ended, beside what podman's list shows. */
export interface Exit {
  readonly outOfMemory: boolean;
  readonly message: string;
  /** To the second's fraction, which the list hasn't. Milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** Of a message file, and of a log that stands for one: bytes and lines. */
const messageLimit = 4096;
const logLimit = 2048;
const logLines = 80;

/** The exit code of what SIGKILL ended. */
const killed = 137;

/** Looks once at how each container ended. */
export class ContainerExits {
  readonly #rest: PodmanRest;
  readonly #logs: ContainerLogs;
  readonly #podsFolder: string;
  readonly #known = new Map<string, Exit>();

  constructor(rest: PodmanRest, logs: ContainerLogs, podsFolder: string) {
    this.#rest = rest;
    this.#logs = logs;
    this.#podsFolder = podsFolder;
  }

  /** `container` is its description, where one is known. */
  async of(
    identity: PodIdentity,
    listed: ListedContainer,
    attempt: number,
    container: Container | undefined,
  ): Promise<Exit | undefined> {
    const known = this.#known.get(listed.Id);
    if (known !== undefined) return known;
    const shown = (await this.#rest.json("GET", `/containers/${listed.Id}/json`, undefined, [404])) as
      | { State: { OOMKilled: boolean; StartedAt: string; FinishedAt: string } }
      | undefined;
    if (shown === undefined) return undefined;
    const { OOMKilled, StartedAt, FinishedAt } = shown.State;
    const outOfMemory = OOMKilled || (listed.ExitCode === killed && killedForMemory(listed.Id));
    const exit: Exit = {
      outOfMemory,
      message: await this.#message(identity, listed, attempt, container),
      startedAt: Date.parse(StartedAt),
      finishedAt: Date.parse(FinishedAt),
    };
    this.#known.set(listed.Id, exit);
    return exit;
  }

  /** Forgets containers that are gone. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  async #message(
    identity: PodIdentity,
    listed: ListedContainer,
    attempt: number,
    container: Container | undefined,
  ): Promise<string> {
    if (container === undefined) return "";
    const written = await beginning(messageFile(this.#podsFolder, identity, container.name, attempt));
    const wantsLog = container.terminationMessagePolicy === "FallbackToLogsOnError" && listed.ExitCode !== 0;
    if (written !== "" || !wantsLog) return written;
    // Podman's own reading of a log leaves out the end of one that doesn't end with a line.
    const options = { tailLines: logLines };
    const entries = readEntries(await this.#logs.file(listed.Id), options);
    const chunks: Uint8Array[] = [];
    for await (const chunk of printLog(entries, options)) chunks.push(chunk);
    return Buffer.concat(chunks).subarray(-logLimit).toString("utf8");
  }
}

/** The first bytes of a file: a container may write as much as it likes. */
async function beginning(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(messageLimit), 0, messageLimit, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}
