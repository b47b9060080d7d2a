import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lab/process.ts";

/** The launcher of this checkout. */
export const launcher = resolve(import.meta.dirname, "../../catalyst");

export interface SovereignOptions {
  /** Keeps the data here; by default in a folder that `stop` removes. */
  readonly data?: string;
  readonly runtime?: "podman" | "simulated";
  /** Starts without the Organization `demo`. */
  readonly empty?: boolean;
  /** The ports of the Sovereign that ran on this folder before; free ones by default. */
  readonly ports?: SovereignPorts;
  /** Variables that its process gets besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface SovereignPorts {
  readonly http: number;
  readonly kubernetes: number;
}

/** A Sovereign that a test or benchmark started by `./catalyst up`, as a person would. */
export interface Sovereign {
  /** `http://localhost:<port>`. */
  readonly url: string;
  /** `https://127.0.0.1:<port>`; its certificate is signed by `<data>/ca.crt`. */
  readonly kubernetesUrl: string;
  readonly data: string;
  readonly ports: SovereignPorts;
  readonly pid: number;
  /** The personal token of `admin`. */
  token(): string;
  /** What it has written so far. */
  output(): string;
  /** Ends it as Ctrl-C does and resolves when it has ended. */
  stop(): Promise<void>;
  /** Kills its whole process group at once and resolves when it is gone; the data stay. */
  kill(): Promise<void>;
}

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) signalGroup(child, "SIGKILL");
});

/**
 * Starts a Sovereign on free ports and resolves once it answers. Throws with what it wrote when it
 * ends before, or isn't ready within a minute.
 */
export async function startSovereign(options: SovereignOptions = {}): Promise<Sovereign> {
  const data = options.data ?? join(mkdtempSync(join(tmpdir(), "catalyst-sovereign-")), "data");
  const ports = options.ports ?? { http: await freePort(), kubernetes: await freePort() };
  const { child, output, end } = launch({ ...options, data, ports });
  const url = `http://localhost:${ports.http}`;
  try {
    await untilOutput(child, () => output().includes(`runs at ${url}`));
  } catch (cause) {
    await end("SIGKILL");
    throw new Error(`the Sovereign doesn't start:\n${output()}`, { cause });
  }
  return {
    url,
    kubernetesUrl: `https://127.0.0.1:${ports.kubernetes}`,
    data,
    ports,
    pid: child.pid ?? 0,
    token: () => readFileSync(join(data, "admin-token"), "utf8").trim(),
    output,
    stop: async () => {
      await end("SIGINT");
      if (options.data === undefined) rmSync(join(data, ".."), { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
  };
}

/** Starts a Sovereign on a folder and kills its process group after a time, however far it has come. */
export async function startAndKill(
  options: Required<Pick<SovereignOptions, "data" | "ports">>,
  milliseconds: number,
): Promise<void> {
  const { end } = launch(options);
  await sleep(milliseconds);
  await end("SIGKILL");
}

function launch(options: SovereignOptions & Required<Pick<SovereignOptions, "data" | "ports">>) {
  const { data, ports } = options;
  const words = ["up", "--data", data, "--port", String(ports.http)];
  words.push("--kubernetes-port", String(ports.kubernetes));
  words.push("--runtime", options.runtime ?? "simulated");
  if (options.empty === true) words.push("--empty");
  const child = spawn(launcher, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.environment },
    detached: true,
  });
  children.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const ended = new Promise<void>((done) => child.once("close", () => done())).finally(() =>
    children.delete(child),
  );
  const end = async (signal: NodeJS.Signals) => {
    signalGroup(child, signal);
    await ended;
  };
  return { child, end, output: () => output };
}

async function untilOutput(child: ChildProcess, isReady: () => boolean): Promise<void> {
  const limit = performance.now() + 60_000;
  while (performance.now() < limit) {
    if (isReady()) return;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended by itself");
    await sleep(10);
  }
  throw new Error("it isn't ready after a minute");
}

/** Signals the process group that the child leads, so that what it started is reached too. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
