import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Pusher, RefUpdate, RepositoryRef, Verdict } from "@catalyst/ports/git";
import type { Request } from "@catalyst/ports/transport";
import { readRules } from "./branch-rules.ts";
import { feed, streamOutput } from "./child-streams.ts";
import type { GitFolder, RepositoryRecord } from "./folder.ts";
import type { GitProgram } from "./program.ts";
import { RepositoryReader } from "./repository-reader.ts";
import { decidePush, type VerdictOptions } from "./verdict.ts";

export interface ReceiveOptions<P extends Pusher> extends VerdictOptions<P> {
  readonly program: GitProgram;
  readonly folder: GitFolder;
  /** Largest pack, in bytes. */
  readonly pushLimit: number;
  /** Told after refs of a repository have moved. */
  readonly moved: (repository: RepositoryRef) => void;
}

/** Most bytes of a push besides its pack: 1 MiB of commands and options. */
const commandsLimit = 1024 * 1024;

/** What the hooks say of a push, gathered line by line (hooks/pre-receive, hooks/post-receive). */
interface Told {
  objects: string;
  plan: string | undefined;
  readonly updates: RefUpdate[];
}

/**
 * Takes a push. Git's receive-pack unpacks and checks it in a quarantine; its pre-receive hook asks for the
 * verdict over pipes it inherits from here, so there is neither a port nor a token that anyone else could use,
 * and the end of this process is a refusal. Gives receive-pack's answer as a stream.
 */
export function receivePack<P extends Pusher>(
  options: ReceiveOptions<P>,
  repository: RepositoryRef,
  record: RepositoryRecord,
  pusher: P,
  request: Request,
): AsyncIterable<Uint8Array> {
  const directory = options.folder.directory(repository);
  const gone = new AbortController();
  const child = options.program.start(["receive-pack", "--stateless-rpc", directory], {
    environment: pusherEnvironment(pusher, request),
    extraPipes: 2,
  });
  const answer = child.stdio[4] as Writable;
  answer.on("error", () => undefined);
  // a hook that still waits then reads an end of file, which refuses
  child.on("exit", () => {
    gone.abort();
    answer.end();
  });
  const told: Told = { objects: "", plan: undefined, updates: [] };
  let moved = false;
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    if (line.startsWith("moved ")) moved = true;
    else if (line === "judge")
      void judge().then((verdict) => !gone.signal.aborted && answer.end(verdictText(verdict)));
    else hear(told, line);
  });
  child.on("close", () => {
    if (moved) options.moved(repository);
  });
  // git itself refuses a larger pack, and says so to the pusher; this bounds what comes around it
  feed(child, request, options.pushLimit + commandsLimit);
  return streamOutput(child, request.signal);

  async function judge(): Promise<Verdict> {
    const reader = new RepositoryReader(options.program, directory, quarantine(directory, told.objects));
    const { updates, plan } = told;
    const { defaultBranch } = record;
    try {
      const rules = await readRules(options.folder, repository);
      const push = { repository, defaultBranch, rules, pusher, updates, plan };
      return await decidePush(options, push, reader, gone.signal);
    } catch (error) {
      options.logger.error("reading a push failed", { repository, error });
      return { accepted: false, lines: ["the push could not be read"] };
    } finally {
      reader.close();
    }
  }
}

function hear(told: Told, line: string): void {
  const [word, ...rest] = line.split(" ");
  if (word === "objects") told.objects = rest.join(" ");
  if (word === "plan") told.plan = rest.join(" ");
  const [before, after, ref] = rest;
  if (word === "update" && before !== undefined && after !== undefined && ref !== undefined) {
    told.updates.push({ ref, before, after });
  }
}

/** A push that only deletes has no quarantine. */
function quarantine(directory: string, objects: string): Record<string, string> {
  if (objects === "") return {};
  return {
    GIT_OBJECT_DIRECTORY: resolve(directory, objects),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: resolve(directory, "objects"),
  };
}

/** The last line is the verdict; a line that only looks like one can't be mistaken for it. */
function verdictText(verdict: Verdict): string {
  const lines = verdict.lines.flatMap((line) => line.split("\n")).map((line) => `>${printable(line)}\n`);
  return `${lines.join("")}${verdict.accepted ? "accept" : "refuse"}\n`;
}

/** What a pusher sends comes back to a terminal: control characters must not. */
function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return line.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "\uFFFD");
}

/** The pusher's name goes into the ref's log, which tells who pushed what. */
function pusherEnvironment(pusher: Pusher, request: Request): Record<string, string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const plain = (text: string) => text.replace(/[<>\0-\x1f\x7f]/g, "");
  return {
    GIT_COMMITTER_NAME: plain(pusher.user),
    GIT_COMMITTER_EMAIL: plain(pusher.email),
    ...protocolEnvironment(request),
  };
}

/** The protocol version a caller asks for, when it is a known one. */
export function protocolEnvironment(request: Pick<Request, "headers">): Record<string, string> {
  const asked = request.headers["git-protocol"];
  return asked !== undefined && /^version=[012]$/.test(asked) ? { GIT_PROTOCOL: asked } : {};
}
