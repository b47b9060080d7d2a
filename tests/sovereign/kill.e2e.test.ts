import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/**
 * The whole process group is killed at random moments of every kind of change, and started again. Whatever
 * was acknowledged must be there, and what was asked for must come about without anyone's help.
 */
let sovereign: Sovereign;
let api: Calls;

beforeAll(async () => {
  sovereign = await startSovereign();
  api = new Calls(sovereign);
  await eventually(
    "the Environment is ready",
    async () => (await api.get("/environments/demo-dev")).ready === true,
  );
}, 120_000);

afterAll(async () => {
  await sovereign.stop();
  rmSync(sovereign.data, { recursive: true, force: true });
});

async function killAndRestart(): Promise<void> {
  const { data } = sovereign;
  await sovereign.kill();
  sovereign = await startSovereign({ data });
  api = new Calls(sovereign);
}

const phaseOf = async (name: string) => (await api.get(`/environments/demo-dev/applications/${name}`)).phase;

/** Moments after a change was acknowledged, in milliseconds: drawn anew each run, printed when a test fails. */
const moments = Array.from({ length: 3 }, () => Math.round(Math.random() ** 2 * 700));

test.each(moments)(
  "killed %i ms after an install, an upgrade and a removal",
  async (moment) => {
    const name = `site-${moment}-${Math.random().toString(36).slice(2, 6)}`;
    const path = `/environments/demo-dev/applications/${name}`;

    await api.post("/environments/demo-dev/applications", {
      name,
      blueprint: { name: "bp-static-site" },
      config: { title: "One" },
    });
    await sleep(moment);
    await killAndRestart();
    await eventually(`${name} is Running`, async () => (await phaseOf(name)) === "Running");

    await api.patch(path, { config: { title: "Two" } });
    await sleep(moment);
    await killAndRestart();
    await eventually(`${name} shows its new title`, async () =>
      (await api.page(`${name}.demo-dev`)).includes("<title>Two</title>"),
    );
    await eventually(`${name} is Running again`, async () => (await phaseOf(name)) === "Running");

    await api.delete(path);
    await sleep(moment);
    await killAndRestart();
    await eventually(`${name} is gone`, async () => (await api.status(path)) === 404);
    await eventually(
      "its page is gone",
      async () => !(await api.page(`${name}.demo-dev`)).includes("<title>Two</title>"),
    );
  },
  180_000,
);

test("a second start on the same folder is refused and harms nothing", async () => {
  await expect(startSovereign({ data: sovereign.data })).rejects.toThrow(/another process|in use|locked/i);
  expect(await api.status("/me")).toBe(200);
}, 60_000);
