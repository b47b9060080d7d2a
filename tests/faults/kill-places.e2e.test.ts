import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "../lab/process.ts";
import { Calls } from "../sovereign/calls.ts";
import { kubernetes } from "../sovereign/kubernetes.ts";
import { type Sovereign, startAndKill, startSovereign } from "../sovereign/sovereign.ts";
import { type Inventory, inventoryOf } from "./inventory.ts";
import { damagedRepositories, unfinishedFiles } from "./leftovers.ts";
import { Random } from "./random.ts";

/**
 * 35: what Applications live in comes and goes whole as well: a first start that is killed over and over, and
 * Environments whose making or removal is. CATALYST_KILL_SEED repeats a run, CATALYST_KILLS sets how many kills.
 */
const seed = Number(process.env["CATALYST_KILL_SEED"] ?? Date.now() % 2 ** 31);
const kills = Number(process.env["CATALYST_KILLS"] ?? 4);
const random = new Random(seed);
const soon = { timeout: 30_000, interval: 100 };

const folder = mkdtempSync(join(tmpdir(), "catalyst-kill-places-"));
const data = join(folder, "data");
let sovereign: Sovereign;
let bare: Inventory;

const calls = () => new Calls(sovereign);
const isReady = async (name: string) => expect((await calls().get(`/environments/${name}`)).ready).toBe(true);

beforeAll(async () => {
  const ports = { http: await freePort(), kubernetes: await freePort() };
  for (let index = 0; index < kills; index++) await startAndKill({ data, ports }, random.next() * 3000);
  sovereign = await startSovereign({ data, ports });
}, 120_000);

afterAll(async () => {
  await sovereign.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`a first start that was killed ${kills} times is whole, with CATALYST_KILL_SEED=${seed}`, async () => {
  const whole = await startSovereign();
  try {
    await vi.waitFor(() => isReady("demo-dev"), soon);
    await vi.waitFor(async () => {
      const { ready } = await new Calls(whole).get("/environments/demo-dev");
      expect(ready).toBe(true);
    }, soon);
    for (const cluster of ["management", "demo-dev"]) {
      await vi.waitFor(async () => {
        expect(await inventoryOf(sovereign, cluster, [])).toEqual(await inventoryOf(whole, cluster, []));
      }, soon);
    }
  } finally {
    await whole.stop();
  }
  expect(unfinishedFiles(data)).toEqual([]);
  expect(damagedRepositories(data)).toEqual([]);
  bare = await inventoryOf(sovereign, "management", []);
});

/** Asks, kills at a moment, starts again, and asks once more when it wasn't acknowledged. */
async function killDuring(act: () => Promise<unknown>, already: RegExp): Promise<void> {
  const acknowledged = act().then(
    () => true,
    () => false,
  );
  await sleep(random.next() ** 2 * 1500);
  await sovereign.kill();
  const { ports } = sovereign;
  const answered = await acknowledged;
  if (random.next() < 0.3) await startAndKill({ data, ports }, random.next() * 3000);
  sovereign = await startSovereign({ data, ports });
  if (answered) return;
  await act().catch((error: Error) => {
    if (!already.test(error.message)) throw error;
  });
}

test.each(Array.from({ length: kills }, (_, index) => index + 1))(
  `an Environment that comes and goes under kills, %i of ${kills} with CATALYST_KILL_SEED=${seed}`,
  async () => {
    await killDuring(() => calls().post("/organizations/demo/environments", { type: "stg" }), /-exists/);
    await vi.waitFor(() => isReady("demo-stg"), soon);
    const path = "/environments/demo-stg/applications";
    await calls().post(path, { name: "page", blueprint: { name: "bp-static-site" } });
    await sleep(random.next() * 1000);
    await killDuring(() => calls().delete("/environments/demo-stg"), /not-found|no Environment/);
    await vi.waitFor(async () => {
      expect(await calls().status("/environments/demo-stg")).toBe(404);
      const namespaces = "/clusters/demo-stg/api/v1/namespaces";
      expect((await kubernetes(sovereign, namespaces, sovereign.token())).status).toBe(404);
      expect(await inventoryOf(sovereign, "management", [])).toEqual(bare);
      expect(readdirSync(join(data, "git/organizations/demo"))).not.toContain("demo-stg.git");
      for (const place of ["artifacts", "node/volumes"])
        expect(existsSync(join(data, place, "demo-stg")), place).toBe(false);
      expect(unfinishedFiles(data)).toEqual([]);
    }, soon);
  },
  120_000,
);
