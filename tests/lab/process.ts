import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CatalystError } from "@catalyst/base/errors";

/** What a component may use while it starts. */
export interface StartContext {
  /** Its own folder, for data and logs; exists and is empty on a first start. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Gives the path of a program of any built component. */
  program(name: string): string;
  /** Gives a file or folder kept beside a component's programs. */
  data(component: string, name: string): string;
  /** Gives what a component started earlier tells, such as its `url`. */
  fact(component: string, name: string): string;
  /** Further words for its command line. */
  readonly words: readonly string[];
}

/** A component that runs. */
export interface Running {
  readonly pid: number;
  /** What others need to reach it: `url`, `kubeconfig` and the like. */
  readonly facts: Readonly<Record<string, string>>;
  /** Asks it to end, by its own process id, and resolves when it has; kills it when it takes too long. */
  stop(): Promise<void>;
}

export interface ServerProcess {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Who it runs as; by default who starts it. */
  readonly uid?: number;
  readonly gid?: number;
  readonly facts?: Readonly<Record<string, string>>;
  /** How long it may take to end before it is killed, in milliseconds. Default: 20 s. */
  readonly stopLimit?: number;
  /** Tells whether it answers by now. */
  ready(): Promise<boolean>;
}

const startLimit = 120_000;
const usualStopLimit = 20_000;

/** What still runs when this process ends in a hurry is ended with it. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Starts a server with its output in `<folder>/log` and resolves once it is ready. Throws `lab-start-failed`
 * with the log's last lines when it ends before, or isn't ready after two minutes.
 */
export async function startServer(context: StartContext, server: ServerProcess): Promise<Running> {
  const log = join(context.folder, "log");
  const output = openSync(log, "a");
  const child = spawn(server.program, server.words, {
    cwd: context.folder,
    env: { ...process.env, ...server.environment },
    stdio: ["ignore", output, output],
    ...(server.uid === undefined ? {} : { uid: server.uid }),
    ...(server.gid === undefined ? {} : { gid: server.gid }),
  });
  closeSync(output);
  children.add(child);
  const ended = new Promise<void>((done) => {
    child.once("error", () => done());
    child.once("exit", () => done());
  }).finally(() => children.delete(child));
  const stop = () => stopProcess(child, ended, server.stopLimit ?? usualStopLimit);
  try {
    await untilReady(child, server, context.signal);
  } catch (cause) {
    await stop();
    const tail = readFileSync(log, "utf8").trim().split("\n").slice(-15).join("\n");
    throw new CatalystError("lab-start-failed", `${server.program} doesn't start:\n${tail}`, { cause });
  }
  return { pid: child.pid ?? 0, facts: server.facts ?? {}, stop };
}

async function untilReady(child: ChildProcess, server: ServerProcess, signal: AbortSignal): Promise<void> {
  const limit = performance.now() + startLimit;
  while (performance.now() < limit) {
    signal.throwIfAborted();
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new CatalystError("lab-start-failed", "it ended by itself");
    }
    if (await server.ready()) return;
    await sleep(50, undefined, { signal });
  }
  throw new CatalystError("lab-start-failed", `it isn't ready after ${startLimit / 1000} s`);
}

async function stopProcess(child: ChildProcess, ended: Promise<void>, limit: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), limit);
  await ended;
  clearTimeout(timer);
}

/** Below those that a system gives to connections, which would take one of them before a server does. */
const firstPort = 20_000;
const lastPort = 31_999;

/** Given out by this process: whoever asked may not listen yet. */
const given = new Set<number>();

/** Finds a port that is free on loopback now, and that nobody else here was given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, lastPort + 1);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}

/**
 * Tells whether a URL answers 200, to whom a token is shown where one is given; an https one isn't verified, since its
 * certificate is the server's own.
 */
export async function answers(url: string, token?: string): Promise<boolean> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (url.startsWith("http://")) {
    return fetch(url, { headers }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
  }
  return new Promise((done) => {
    request(url, { headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    })
      .once("error", () => done(false))
      .end();
  });
}
