import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./cache.ts";

/** What is built; one of each at a time, under a lock of its own. */
export type BuildKind = "go" | "image";

/** A build under way. */
export interface Build {
  /** Its own folder, in the cache, so that what is made there can be moved to its place. */
  readonly folder: string;
  /** Runs a program at low priority, since a build mustn't starve what else the machine does. Throws ProgramFailed. */
  run(program: string, words: readonly string[], options: RunOptions): Promise<void>;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A program of a build that failed, with what it printed. */
export class ProgramFailed extends Error {
  readonly output: string;

  constructor(program: string, end: string, output: string) {
    super(`${program} ended with ${end}`);
    this.output = output;
  }
}

/** Removes a build's folder, with whatever holds it. */
export type RemoveFolder = (folder: string) => Promise<void>;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long programs may take to end before they are killed, in milliseconds. */
const endLimit = 10_000;

/**
 * Builds in a folder of its own that is removed at the end; those of builds that were killed are removed first, so
 * whoever calls holds the lock of this kind. When a signal ends this process, or it exits, the programs that still run
 * are ended and the folder is removed.
 */
export async function withBuildFolder<T>(
  kind: BuildKind,
  work: (build: Build) => Promise<T>,
  remove: RemoveFolder = removeFolder,
): Promise<T> {
  mkdirSync(cacheFolder(), { recursive: true });
  // Short, since podman takes no folder of more than 50 characters for what it runs, and this is in a home.
  const prefix = `.${kind}-`;
  for (const name of readdirSync(cacheFolder())) {
    if (name.startsWith(prefix)) await remove(join(cacheFolder(), name));
  }
  const folder = mkdtempSync(join(cacheFolder(), prefix));
  const programs: Programs = { running: new Map(), isEnding: false };
  const release = endWith(programs, folder, remove);
  try {
    return await work({ folder, run: (...call) => runProgram(programs, ...call) });
  } finally {
    release();
    await remove(folder);
  }
}

/** Removes a folder that programs may still write into while they end, and with it what Go's cache made read-only. */
export async function removeFolder(folder: string): Promise<void> {
  spawnSync("chmod", ["-R", "u+w", folder], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** What a build runs. */
interface Programs {
  /** Each with what tells the build that it failed. */
  readonly running: Map<ChildProcess, (error: Error) => void>;
  /** From then on nothing is started or told, so that a build that is ended doesn't go on with something else. */
  isEnding: boolean;
}

/** Ties programs and folder to this process; gives what unties them. */
function endWith(programs: Programs, folder: string, remove: RemoveFolder): () => void {
  const onSignal = async (signal: NodeJS.Signals) => {
    const told = [...programs.running.values()];
    await end(programs);
    await remove(folder).catch(() => undefined);
    release();
    // Ended by the signal as it would have been, unless someone else of this process answers it.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    else for (const fail of told) fail(new Error(`the build was ended by ${signal}`));
  };
  const onExit = () => {
    for (const child of programs.running.keys()) endGroup(child, "SIGKILL");
    // What is held by more than programs is left to the next build.
    if (remove === removeFolder) void removeFolder(folder);
  };
  const release = () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off("exit", onExit);
  };
  for (const signal of signals) process.once(signal, onSignal);
  process.once("exit", onExit);
  return release;
}

async function end(programs: Programs): Promise<void> {
  programs.isEnding = true;
  for (const child of programs.running.keys()) endGroup(child, "SIGTERM");
  const limit = performance.now() + endLimit;
  while (programs.running.size > 0 && performance.now() < limit) await sleep(20);
  for (const child of programs.running.keys()) endGroup(child, "SIGKILL");
}

/** A program's own children are ended with it. */
function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function runProgram(
  programs: Programs,
  program: string,
  words: readonly string[],
  { cwd, env }: RunOptions,
): Promise<void> {
  return new Promise((done, fail) => {
    if (programs.isEnding) return;
    const child = spawn("nice", ["-n", "10", program, ...words], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    programs.running.set(child, fail);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => (output = (output + data.toString()).slice(-64 * 1024)));
    }
    child.once("error", fail);
    child.once("close", (code, signal) => {
      programs.running.delete(child);
      if (programs.isEnding) return;
      if (code === 0) done();
      else fail(new ProgramFailed(program, signal ?? `exit code ${code}`, output));
    });
  });
}
