import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface RunOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program with its words on our stderr, since they are progress, and gives its exit code. */
export function runProgram(program: string, words: readonly string[], options: RunOptions): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(program, words, {
      cwd: options.folder,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", 2, 2],
    });
    const stop = () => child.kill();
    options.signal.addEventListener("abort", stop, { once: true });
    child.once("error", fail);
    child.once("close", (code) => {
      options.signal.removeEventListener("abort", stop);
      done(code ?? 1);
    });
  });
}

/** Tells whether a program is on the PATH. */
export function hasProgram(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
