import { spawn } from "node:child_process";

/** What a script printed on either stream, its exit code, and what it wrote to descriptor 3. */
export interface ScriptResult {
  readonly output: string;
  readonly code: number;
  readonly at: string;
}

/** Runs a script of `sh` with nothing but these variables. */
export function runScript(
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<ScriptResult> {
  return new Promise((done, fail) => {
    const child = spawn("sh", ["-c", `exec 2>&1\n${script}`], {
      env: environment,
      stdio: ["ignore", "pipe", "ignore", "pipe"],
    });
    let output = "";
    let at = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.stdio[3]?.on("data", (text) => {
      at += String(text).trim();
    });
    child.once("error", fail);
    child.once("close", (code) => done({ output, code: code ?? 1, at }));
  });
}
