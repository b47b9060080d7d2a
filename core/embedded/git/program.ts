import { type ChildProcess, spawn } from "node:child_process";
import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

/** Options of one run of git. */
interface RunOptions {
  readonly input?: Uint8Array | string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Largest output accepted, in bytes; default 64 MiB. */
  readonly limit?: number | undefined;
}

/** Git's own programs, run apart from whatever configuration the machine or its user has. */
export interface GitProgram {
  /** Gives what git printed. Throws `git-failed` with its exit status and last words. */
  run(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  /** Starts git with pipes: 0, 1 and 2, and `extraPipes` more from 3 on. */
  start(
    args: readonly string[],
    options?: { readonly environment?: Readonly<Record<string, string>>; readonly extraPipes?: number },
  ): ChildProcess;
}

const outputLimit = 64 * 1024 * 1024;
const hooksFolder = join(import.meta.dirname, "hooks");

/**
 * Prepares git for a data folder: writes the one configuration file it will read, and checks the version and
 * the hooks. Throws `git-program-missing` or `git-hooks-unusable`: without its hooks git would accept any push.
 */
export async function prepareGit(folder: string, pushLimit: number): Promise<GitProgram> {
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const configuration = join(folder, "gitconfig");
  await writeFile(configuration, configurationText(pushLimit));
  for (const hook of ["pre-receive", "post-receive"]) {
    await access(join(hooksFolder, hook), constants.X_OK).catch((cause: unknown) => {
      throw new CatalystError("git-hooks-unusable", `the hook ${hook} can't be executed`, {
        cause,
        hint: `Make the files in ${hooksFolder} executable.`,
      });
    });
  }
  const program = gitProgram({
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: configuration,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
  });
  await checkVersion(program);
  return program;
}

/** `core.fsync` came with 2.36, the youngest thing needed. */
async function checkVersion(program: GitProgram): Promise<void> {
  const text = (await program.run(["version"])).toString();
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(text)?.map(Number) ?? [];
  if (major < 2 || (major === 2 && minor < 36)) {
    throw new CatalystError("git-program-missing", `git 2.36 or newer is needed; here is ${text.trim()}`, {
      hint: "Update git.",
    });
  }
}

function configurationText(pushLimit: number): string {
  return `# Written at every start: the only configuration the Git host's git reads.
[core]
	fsync = all
	hooksPath = ${JSON.stringify(hooksFolder)}
	logAllRefUpdates = true
[safe]
	directory = *
[init]
	defaultBranch = main
[transfer]
	fsckObjects = true
	hideRefs = refs/catalyst
[receive]
	advertisePushOptions = true
	maxInputSize = ${pushLimit}
	autogc = false
	denyDeleteCurrent = refuse
[uploadpack]
	allowFilter = true
[gc]
	auto = 0
[maintenance]
	auto = false
`;
}

function gitProgram(base: Readonly<Record<string, string>>): GitProgram {
  const start: GitProgram["start"] = (args, { environment = {}, extraPipes = 0 } = {}) =>
    spawn("git", args, {
      env: { ...base, ...environment },
      stdio: Array.from({ length: 3 + extraPipes }, () => "pipe" as const),
    });
  return {
    start,
    run: (args, options = {}) =>
      collect(start(args, { environment: options.environment ?? {} }), args, options),
  };
}

function collect(child: ChildProcess, args: readonly string[], options: RunOptions): Promise<Buffer> {
  const { limit = outputLimit, signal } = options;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let words = "";
    const abort = () => child.kill();
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    child.stdout?.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) child.kill();
      else chunks.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    child.on("error", (cause) => reject(missing(cause)));
    child.on("close", (status) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) reject(signal.reason);
      else if (size > limit)
        reject(new CatalystError("git-output-too-large", `git ${args[0]} printed too much`));
      else if (status === 0) resolve(Buffer.concat(chunks));
      else reject(failed(args, status, words));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}

function failed(args: readonly string[], status: number | null, words: string): CatalystError {
  const name = args.find((argument) => !argument.startsWith("-")) ?? "git";
  return new CatalystError("git-failed", `git ${name} failed: ${words.trim()}`, { details: { status } });
}

function missing(cause: unknown): CatalystError {
  return new CatalystError("git-program-missing", "git can't be started", { cause, hint: "Install git." });
}
