import { spawn } from "node:child_process";
import { launcher, type SovereignPorts } from "./sovereign.ts";

/** How a command ended, and what it wrote to both streams. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Runs the launcher until it ends; a Sovereign that starts after all is stopped. */
export async function runToEnd(words: readonly string[]): Promise<Ended> {
  const child = spawn(launcher, words, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
      if (text.includes("runs at")) child.kill("SIGINT");
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, text };
}

/** Starts a Sovereign that isn't expected to come up. */
export function endedStart(data: string, { http, kubernetes }: SovereignPorts): Promise<Ended> {
  const ports = ["--port", String(http), "--kubernetes-port", String(kubernetes)];
  return runToEnd(["up", "--data", data, ...ports, "--runtime", "simulated"]);
}
