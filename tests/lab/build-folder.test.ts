import { type ChildProcess, fork } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const here = import.meta.dirname;

/** A program with a child of its own; both run on until they are ended. */
const program = "sleep 600 & echo $$ $! > pids; wait";

/** Builds for ever, or does something else once the program runs. */
const script = (end: string) => `
import { setTimeout as sleep } from "node:timers/promises";
import { existsSync } from "node:fs";
import { withBuildFolder } from ${JSON.stringify(join(here, "build-folder.ts"))};
import { withCacheLock } from ${JSON.stringify(join(here, "cache.ts"))};
await withCacheLock("lock", () => withBuildFolder("go", async ({ folder, run }) => {
  const running = run("sh", ["-c", ${JSON.stringify(program)}], { cwd: folder, env: process.env });
  running.catch(() => undefined);
  const until = async (path) => { while (!existsSync(path)) await sleep(10); };
  await until(folder + "/pids");
  ${end}
  await running;
}));
`;

/** What a busy machine takes to start a program. */
const soon = { timeout: 30_000 };

let home = "";
let cache = "";
const pids = new Set<number>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "build-folder-"));
  cache = join(home, ".cache/catalyst-lab");
});
afterEach(() => {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, "SIGKILL");
  pids.clear();
  rmSync(home, { recursive: true, force: true });
});

function start(name: string, words: readonly string[] = []): ChildProcess {
  const child = fork(name, words, { stdio: "ignore", env: { ...process.env, HOME: home } });
  if (child.pid !== undefined) pids.add(child.pid);
  return child;
}

function startBuild(end = ""): ChildProcess {
  const file = join(home, `build-${pids.size}.ts`);
  writeFileSync(file, script(end));
  return start(file);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked for yet is still listed.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function folders(): string[] {
  return existsSync(cache) ? readdirSync(cache).filter((name) => /^\.(go|image)-/.test(name)) : [];
}

/** Waits until a build's program and its child run; gives their ids. */
async function running(): Promise<readonly number[]> {
  const file = () => join(cache, folders()[0] ?? "none", "pids");
  await expect.poll(() => existsSync(file()) && readFileSync(file(), "utf8"), soon).toMatch(/\n$/);
  const found = readFileSync(file(), "utf8").trim().split(" ").map(Number);
  for (const pid of found) pids.add(pid);
  return found;
}

/** Waits until a process has opened the lock. */
async function asksForTheLock(pid: number | undefined): Promise<void> {
  const opened = () => {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
  };
  await expect.poll(opened, soon).toContain(join(cache, "lock"));
}

const ended = (child: ChildProcess) =>
  new Promise<string>((done) => child.once("exit", (code, signal) => done(signal ?? String(code))));

describe.skipIf(process.platform !== "linux")("a build", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is ended by %s with all it runs", async (signal) => {
    const builder = startBuild();
    const programs = await running();
    builder.kill(signal);
    expect(await ended(builder)).toBe(signal);
    expect([programs.filter(isRunning), folders()]).toEqual([[], []]);
  });

  test.each([
    ["exits", "process.exit(4);", "4"],
    ["meets an error nobody foresaw", "setTimeout(() => { throw new Error(); });", "1"],
  ])("takes all it runs along when its process %s", async (_name, end, code) => {
    const told = join(home, "told");
    const builder = startBuild(`await until(${JSON.stringify(told)}); ${end}`);
    const exit = ended(builder);
    const programs = await running();
    writeFileSync(told, "");
    expect(await exit).toBe(code);
    await expect.poll(() => programs.filter(isRunning), soon).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test("removes what one that was killed left", async () => {
    const killed = startBuild();
    await running();
    const [left] = folders();
    killed.kill("SIGKILL");
    await ended(killed);
    expect(folders()).toEqual([left]);
    const builder = startBuild();
    await expect.poll(() => folders(), soon).not.toContain(left);
    await running();
    builder.kill();
    await ended(builder);
    expect(folders()).toEqual([]);
  });

  // Root may write everywhere, so that what is read-only shows only where the tests run as someone else.
  test("removes what is read-only", async () => {
    const left = join(cache, ".go-left/source");
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, "a.go"), "");
    chmodSync(left, 0o555);
    const builder = startBuild();
    await expect.poll(folders, soon).not.toContain(".go-left");
    await running();
    builder.kill();
    await ended(builder);
  });

  test("waits for another one, and leaves its folder alone", async () => {
    const first = startBuild();
    await running();
    const [own] = folders();
    const second = startBuild();
    await asksForTheLock(second.pid);
    // It asks several times a second.
    await new Promise((done) => setTimeout(done, 1000));
    expect(folders()).toEqual([own]);
    first.kill();
    await ended(first);
    await expect.poll(() => folders().filter((name) => name !== own), soon).toHaveLength(1);
    second.kill();
    await ended(second);
  });
});

test("the lab's command ends when who started it with a channel is killed", async () => {
  mkdirSync(cache, { recursive: true });
  // Held, so that the command waits.
  const lock = new DatabaseSync(join(cache, "lock"));
  lock.exec("BEGIN EXCLUSIVE");
  const parent = join(home, "parent.ts");
  writeFileSync(
    parent,
    `import { buildAhead } from ${JSON.stringify(join(here, "../../core/apps/embedded/commands/test/build-ahead.ts"))};
import { writeFileSync } from "node:fs";
buildAhead(${JSON.stringify(join(here, "main.ts"))});

setInterval(() => undefined, 1000);
`,
  );
  const starter = start(parent);
  const childOf = () => readFileSync(`/proc/${starter.pid}/task/${starter.pid}/children`, "utf8").trim();
  await expect.poll(childOf, soon).not.toBe("");
  const builder = Number(childOf());
  pids.add(builder);
  await asksForTheLock(builder);
  expect(isRunning(builder)).toBe(true);
  starter.kill("SIGKILL");
  await expect.poll(() => isRunning(builder), soon).toBe(false);
  lock.close();
});
