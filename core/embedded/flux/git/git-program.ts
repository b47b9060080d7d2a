import { spawn } from "node:child_process";
import { CatalystError } from "@catalyst/base/errors";
import type { GitCredentials } from "./fetcher.ts";

export interface GitRun {
  readonly directory: string;
  readonly credentials?: GitCredentials | undefined;
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Settings every run has: nothing of the machine's, no prompts, no hooks, no redirects with credentials. */
const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["credential.helper", ""],
  ["fetch.fsckObjects", "true"],
  ["http.followRedirects", "false"],
  ["protocol.version", "2"],
];

/**
 * Runs git and gives what it printed. Credentials travel as configuration in the environment, never as
 * arguments. Throws `git-denied`, `git-unreachable` or `git-failed` with git's last line.
 */
export function runGit(args: readonly string[], run: GitRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      cwd: run.directory,
      env: environmentOf(run.credentials),
      stdio: ["pipe", "pipe", "pipe"],
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    const output: Buffer[] = [];
    let words = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-4096);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(failure(words));
    });
    // Git may end before it has read everything.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.input ?? "");
  });
}

function environmentOf(credentials: GitCredentials | undefined): Record<string, string> {
  const all = [...settings];
  const authorization = authorizationOf(credentials);
  if (authorization !== undefined) all.push(["http.extraHeader", `Authorization: ${authorization}`]);
  const environment: Record<string, string> = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_ALLOW_PROTOCOL: "http:https",
    GIT_CONFIG_COUNT: String(all.length),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
  all.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return environment;
}

function authorizationOf(credentials: GitCredentials | undefined): string | undefined {
  if (credentials?.bearerToken !== undefined) return `Bearer ${credentials.bearerToken}`;
  if (credentials?.username === undefined && credentials?.password === undefined) return undefined;
  const pair = `${credentials.username ?? ""}:${credentials.password ?? ""}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function failure(words: string): CatalystError {
  const line =
    words
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^(?:fatal|error): /, "") ?? "";
  if (/authentication failed|could not read username|403|401/i.test(words)) {
    return new CatalystError("git-denied", "authentication required");
  }
  if (/could not resolve host|couldn't connect|failed to connect|unable to access/i.test(words)) {
    return new CatalystError("git-unreachable", line);
  }
  if (/couldn't find remote ref|not our ref/i.test(words)) return new CatalystError("git-ref-missing", line);
  return new CatalystError("git-failed", line === "" ? "git failed" : line);
}
