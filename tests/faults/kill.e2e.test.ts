import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Calls, eventually } from "../sovereign/calls.ts";
import { Clone } from "../sovereign/git.ts";
import { publishRelease } from "../sovereign/releases.ts";
import { type Sovereign, startAndKill, startSovereign } from "../sovereign/sovereign.ts";
import {
  type AskedState,
  type Change,
  drawChange,
  environment,
  install,
  installBlog,
  remove,
  versions,
} from "./changes.ts";
import { type Inventory, inventoryOf, volumesOf } from "./inventory.ts";
import {
  complaints,
  damagedRepositories,
  fetchedSources,
  strayProcesses,
  unfinishedFiles,
  volumeFolders,
} from "./leftovers.ts";
import { Random } from "./random.ts";

/**
 * 35, 39: kills the whole process group of a Sovereign at random moments of installs, changes, moves to another
 * version, removals and pushes, starts it again on the same folder, and expects the asked state: nothing that was
 * acknowledged is lost, and nothing is left over, down to the last object.
 *
 * A seed decides what is asked and when the kill comes. CATALYST_KILL_SEED repeats one, CATALYST_KILLS sets how
 * many kills: the regular run has few, since each takes some seconds.
 */

/** Seeds that found something once. */
const kept: readonly number[] = [];

const given = process.env["CATALYST_KILL_SEED"];
const seeds = given === undefined ? [...kept, Date.now() % 2 ** 31] : [Number(given)];
const kills = Number(process.env["CATALYST_KILLS"] ?? 12);

const applications = `/environments/${environment}/applications`;

/** The longest that anything may take to come true. */
const soon = { timeout: 30_000, interval: 100 };

let folder = "";
let sovereign: Sovereign;
/** What a Sovereign holds that was never killed: by Blueprint, and with none installed. */
const shapes = new Map<string, readonly string[]>();
let bare: { readonly environment: Inventory; readonly management: Inventory };
/** How long a change takes when nothing comes between, in milliseconds. */
let usual = 0;

let state: AskedState = new Map();
const acknowledged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-kill-"));
  sovereign = await startSovereign({ data: join(folder, "data") });
  await eventually(
    "the Environment is ready",
    async () => (await read(`/environments/${environment}`)).ready,
  );
  await publishRelease(sovereign, "static-site", versions["bp-static-site"][1]);
  await publishRelease(sovereign, "wordpress", versions["bp-wordpress"][1]);
  await learnShapes();
}, 120_000);

afterAll(async () => {
  await sovereign?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const read = (path: string) => new Calls(sovereign).get(path);

async function learnShapes(): Promise<void> {
  const began = performance.now();
  for (const change of [install(state, "page", "1.0.1"), installBlog(state, "blog")]) {
    state = new Map([...state, ...change.after]);
    await change.ask(sovereign);
  }
  await untilAsked();
  usual = performance.now() - began;
  const { applications: found } = await inventoryOf(sovereign, environment, [...state.keys()]);
  for (const [name, { blueprint }] of state) shapes.set(blueprint, found.get(name) ?? []);
  for (const name of ["page", "blog", "blog-db"]) {
    const change = remove(state, name);
    await change.ask(sovereign);
    state = change.after;
    await untilAsked();
  }
  bare = {
    environment: await inventoryOf(sovereign, environment, []),
    management: await inventoryOf(sovereign, "management", []),
  };
}

/** Waits until the Environment shows what was asked, and nothing else. */
async function untilAsked(): Promise<void> {
  const asked = [...state].map(([name, wanted]) => ({ name, phase: "Running", ...wanted }));
  await vi.waitFor(async () => expect(await shown()).toEqual(asked.sort(byName)), soon);
}

async function shown() {
  const { items } = (await read(`${applications}?limit=500`)) as { items: readonly Shown[] };
  return items
    .map(({ name, phase, blueprint, applied, config: { title } }) => ({
      name,
      phase,
      blueprint: blueprint.name,
      version: applied?.version,
      ...(title === undefined ? {} : { title }),
    }))
    .sort(byName);
}

interface Shown {
  readonly name: string;
  readonly phase: string;
  readonly blueprint: { readonly name: string };
  readonly applied?: { readonly version: string };
  readonly config: { readonly title?: string };
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name.localeCompare(b.name);

/** Asks for a change, kills at the moment, starts again, and asks once more for what wasn't acknowledged. */
async function killDuring(change: Change, moment: number, secondKill: number | undefined): Promise<void> {
  const asked = change.ask(sovereign).catch(() => undefined);
  await sleep(moment);
  await sovereign.kill();
  const commit = await asked;
  expect(strayProcesses(sovereign)).toEqual([]);
  const { data, ports } = sovereign;
  if (secondKill !== undefined) await startAndKill({ data, ports }, secondKill);
  sovereign = await startSovereign({ data, ports });
  state = change.after;
  if (commit === undefined) await change.ask(sovereign);
  else acknowledged.push(commit);
}

async function expectNothingLost(): Promise<void> {
  const clone = await Clone.make(sovereign, `demo/${environment}`, "admin", sovereign.token());
  try {
    const commits = (await clone.git("log", "--format=%H")).text.split("\n");
    expect(acknowledged.filter((commit) => !commits.includes(commit))).toEqual([]);
    const files = (await clone.git("ls-files", "applications/*/application.yaml")).text.trim();
    const names = files === "" ? [] : files.split("\n").map((file) => file.split("/")[1]);
    expect(names.sort()).toEqual([...state.keys()].sort());
  } finally {
    clone.remove();
  }
}

/** What is swept after what it belongs to is given some time to go. */
async function expectNothingLeftOver(): Promise<void> {
  const { data } = sovereign;
  const names = [...state.keys()];
  await vi.waitFor(async () => {
    expect(await inventoryOf(sovereign, environment, names)).toEqual({
      applications: new Map([...state].map(([name, { blueprint }]) => [name, shapes.get(blueprint)])),
      rest: bare.environment.rest,
    });
    expect(await inventoryOf(sovereign, "management", [])).toEqual(bare.management);
    expect(volumeFolders(data, environment)).toEqual(await volumesOf(sovereign, environment));
    const sources = names.map((name) => `ocirepository/applications/${name}`);
    sources.push("gitrepository/flux-system/environment");
    expect(fetchedSources(data, environment)).toEqual(sources.sort());
    expect(unfinishedFiles(data)).toEqual([]);
  }, soon);
  expect(damagedRepositories(data)).toEqual([]);
}

for (const seed of seeds) {
  const random = new Random(seed);
  test.each(Array.from({ length: kills }, (_, index) => index + 1))(
    `kill %i of ${kills} with CATALYST_KILL_SEED=${seed}`,
    async (number) => {
      const change = drawChange(random, state, number);
      const moment = Math.floor(random.next() ** 2 * usual);
      const second = random.next() < 0.3 ? Math.floor(random.next() * 3000) : undefined;
      const log = statSync(join(sovereign.data, "catalyst.log")).size;
      const story = `${change.what}, killed after ${moment} ms${second === undefined ? "" : `, and ${second} ms into the start`}`;
      try {
        await killDuring(change, moment, second);
        await untilAsked();
        await expectNothingLost();
        await expectNothingLeftOver();
        expect(complaints(sovereign.data, log)).toEqual([]);
      } catch (error) {
        throw new Error(`after: ${story}`, { cause: error });
      }
    },
    120_000,
  );
}
