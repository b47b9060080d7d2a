import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "@catalyst/base/errors";
import { build, isBuilt } from "./build.ts";
import { componentFolder, programFolder } from "./cache.ts";
import type { Component } from "./component.ts";
import { components } from "./components/index.ts";
import { componentNamed, startLab } from "./lab.ts";

/**
 * The lab's command: `npm run lab -- list`, `build [COMPONENT…]` (all of them without a name) and
 * `start COMPONENT… [--folder DIR]`, which runs in the foreground until Ctrl-C and prints what each tells.
 */

const print = (text: string) => process.stdout.write(`${text}\n`);

function fail(error: unknown): void {
  process.stderr.write(`lab: ${describeError(error)}\n`);
  process.exitCode = 1;
}

function list(): void {
  for (const component of components) {
    const { name, version } = component;
    print(
      `${name.padEnd(24)} ${version.padEnd(10)} ${isBuilt(component) ? componentFolder(name, version) : "not built"}`,
    );
  }
}

async function buildNamed(names: readonly string[]): Promise<void> {
  for (const component of names.length === 0 ? components : names.map(componentNamed)) {
    try {
      const known = isBuilt(component);
      await buildOne(component);
      // A test that waits for its own component goes first: who asks for the lock again at once would keep it.
      if (!known) await sleep(1000);
    } catch (error) {
      fail(error);
    }
  }
  print(`The programs are linked in ${programFolder()}`);
}

async function buildOne(component: Component): Promise<void> {
  const started = performance.now();
  const known = isBuilt(component);
  await build(component);
  const seconds = Math.round((performance.now() - started) / 1000);
  print(`${component.name} ${component.version} ${known ? "is there" : `was built in ${seconds} s`}`);
}

async function start(names: readonly string[], folder: string | undefined): Promise<void> {
  const stop = new AbortController();
  const asked = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        stop.abort();
        done();
      });
    }
  });
  const lab = await startLab(names, {
    signal: stop.signal,
    onProgress: print,
    ...(folder === undefined ? {} : { folder }),
  });
  for (const [name, { pid, facts }] of lab.running)
    print(`${name} (process ${pid}) ${JSON.stringify(facts)}`);
  print("Ctrl-C stops them.");
  // A pending promise alone doesn't keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  await asked;
  clearInterval(alive);
  await lab.stop();
}

/** Who started this with a channel ends it by ending: nobody else would. */
function endWithParent(): void {
  const end = () => process.kill(process.pid, "SIGTERM");
  process.once("disconnect", end);
  process.channel?.unref();
  // It may have ended before anybody here listened.
  if (process.connected === false) end();
}

endWithParent();
const [command, ...words] = process.argv.slice(2);
const at = words.indexOf("--folder");
const folder = at === -1 ? undefined : words[at + 1];
const names = at === -1 ? words : words.toSpliced(at, 2);
try {
  if (command === "list") list();
  else if (command === "build") await buildNamed(names);
  else if (command === "start" && names.length > 0) await start(names, folder);
  else {
    process.stderr.write("lab: say list, build [COMPONENT…] or start COMPONENT… [--folder DIR]\n");
    process.exitCode = 2;
  }
} catch (error) {
  fail(error);
}
