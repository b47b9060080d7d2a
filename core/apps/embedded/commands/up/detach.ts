import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Call, ExitCode } from "../../cli/command.ts";
import { openInBrowser, signInLink } from "../../sovereign/sign-in-link.ts";

const main = resolve(import.meta.dirname, "../../cli.ts");

/** Options of `up` that the process in the background is given as they are; it works in the same folder. */
const passedOn = [
  "port",
  "kubernetes-port",
  "listen",
  "runtime",
  "machine-access",
  "authentication-config",
] as const;

/**
 * Starts a Sovereign in a process of its own and ends once that answers. What it prints comes over a pipe, so
 * that the one-time password is in no file.
 */
export async function runDetached(call: Call, root: string): Promise<ExitCode> {
  const { arguments: given, terminal } = call;
  const words = [
    "up",
    "--data",
    root,
    ...(given.flag("empty") ? ["--empty"] : []),
    ...(terminal.json ? ["--output", "json"] : []),
  ];
  for (const option of passedOn) {
    const value = given.text(option);
    if (value !== undefined) words.push(`--${option}`, value);
  }
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const code = await new Promise<number | undefined>((done) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (isWhole(output, terminal.json)) done(undefined);
    });
    child.once("close", (exit) => done(exit ?? 1));
  });
  if (code !== undefined) {
    terminal.error(errors.replace(/^catalyst: /, "").trim());
    return code as ExitCode;
  }
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  terminal.result(
    terminal.json ? JSON.parse(output) : {},
    output.replace("Ctrl-C, or ./catalyst down", "./catalyst down"),
  );
  if (given.flag("open")) openInBrowser(await signInLink(root));
  return 0;
}

/** The block is printed in one piece and ends with how to stop. */
function isWhole(output: string, json: boolean): boolean {
  return json ? output.trimEnd().endsWith("}") : /^ {2}stop .*\n/m.test(output);
}
