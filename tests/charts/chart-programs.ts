import { spawn } from "node:child_process";
import { runChart } from "../../core/apps/embedded/commands/chart/testing/chart-folder.ts";
import { programPath } from "../lab/lab.ts";

/** What a run of a program gave. */
export interface Ran {
  readonly isDone: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real helm in a folder; it finds no configuration of this machine there. */
export function runHelm(words: readonly string[], folder: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env = { HOME: folder, PATH: process.env["PATH"] ?? "", TZ: "UTC" };
    const child = spawn(programPath("helm"), words, { cwd: folder, env });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ isDone: code === 0, stdout, stderr }));
  });
}

/** Runs our command of the same words in a folder. */
export async function runOwn(words: readonly string[], folder: string): Promise<Ran> {
  const { exit, stdout, stderr } = await runChart(folder, words);
  return { isDone: exit === 0, stdout, stderr };
}
