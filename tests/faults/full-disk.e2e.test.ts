import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { soon } from "@catalyst/base/testing/soon";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Calls, eventually } from "../sovereign/calls.ts";
import { endedStart } from "../sovereign/ended-start.ts";
import { Clone } from "../sovereign/git.ts";
import { kubernetes } from "../sovereign/kubernetes.ts";
import { type Sovereign, startSovereign } from "../sovereign/sovereign.ts";
import { damagedRepositories, unfinishedFiles } from "./leftovers.ts";
import { mountSmallDisk, type SmallDisk, smallDiskObstacle } from "./small-disk.ts";

const applications = "/environments/demo-dev/applications";
const document = "applications/page/application.yaml";
const about = smallDiskObstacle === undefined ? "" : ` (skipped: ${smallDiskObstacle})`;

/** What is refused for want of space says so, nothing that was acknowledged is lost, and it goes on with space. */
describe.skipIf(smallDiskObstacle !== undefined)(`a full disk${about}`, () => {
  let disk: SmallDisk;
  let sovereign: Sovereign;
  let api: Calls;
  let clone: Clone;

  const titleOf = async () => (await api.get(`${applications}/page`)).config.title;
  const setTitle = (title: string) => api.patch(`${applications}/page`, { config: { title } });
  const untilShown = (title: string) =>
    eventually(`the page shows ${title}`, async () => (await api.page("page.demo-dev")).includes(title));

  const labelNamespace = (patch: object) =>
    kubernetes(sovereign, "/clusters/demo-dev/api/v1/namespaces/default", sovereign.token(), {
      metadata: patch,
    });

  /** Leaves nothing: neither on the disk nor in what the store took of it before and uses again. */
  async function fillUp(): Promise<void> {
    disk.fill(0);
    for (let round = 0; round < 200; round++) {
      const annotations = { filler: `${round} ${"x".repeat(200_000)}` };
      if ((await labelNamespace({ annotations })).status === 500) break;
    }
    for (let round = 0; (await labelNamespace({ annotations: { last: `${round}` } })).status === 200; round++)
      if (round === 2000) throw new Error("the store never gets full");
    disk.fill(0);
  }

  /** What fits into a page that the store has left is rightly taken, so what isn't a commit is asked for again. */
  async function refusalOf(method: string, path: string, body: unknown): Promise<unknown> {
    const isCommit = !path.endsWith("/retry") && path !== "/tokens";
    for (let left = isCommit ? 0 : 1000; left > 0; left--) {
      const answer = await api.problem(method, path, body).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return api.problem(method, path, body);
  }

  beforeAll(async () => {
    disk = mountSmallDisk(32);
    sovereign = await startSovereign({ data: join(disk.folder, "data") });
    api = new Calls(sovereign);
    await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
    await api.post(applications, {
      name: "page",
      blueprint: { name: "bp-static-site" },
      config: { title: "one" },
    });
    await untilShown("one");
    // building the console ends before the disk is full
    await eventually("the console is there", async () => (await fetch(sovereign.url)).ok);
    clone = await Clone.make(sovereign, "demo/demo-dev", "admin", sovereign.token());
  }, 120_000);

  afterEach(() => disk.empty());

  afterAll(async () => {
    clone?.remove();
    await sovereign?.stop();
    disk?.remove();
  });

  test.each([
    ["an install", "POST", applications, { name: "more", blueprint: { name: "bp-static-site" } }],
    ["a change", "PATCH", `${applications}/page`, { config: { title: "two" } }],
    ["a removal", "DELETE", `${applications}/page`, undefined],
    ["a retry", "POST", `${applications}/page/actions/retry`, undefined],
    ["an Organization", "POST", "/organizations", { name: "acme" }],
    ["an Environment", "POST", "/organizations/demo/environments", { type: "stg" }],
    ["a token", "POST", "/tokens", { name: "mine" }],
  ])("refuses %s and says why", async (_name, method, path, body) => {
    await fillUp();
    expect(await refusalOf(method, path, body)).toMatchObject({
      status: 507,
      title: expect.stringMatching(/disk.* is full; nothing was written/),
      hint: expect.stringMatching(/^Free some space/),
    });
    expect(await titleOf()).toBe("one");
  });

  test("refuses a push and kubectl's writes, and says why", async () => {
    await fillUp();
    const text = readFileSync(join(clone.folder, document), "utf8");
    const { code, text: said } = await clone.push({ [document]: text.replace("one", "pushed") });
    expect(code).not.toBe(0);
    expect(said).toContain("No space left on device");
    const answer = await labelNamespace({ labels: { full: "yes" } });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text).message).toMatch(
      /disk of .* is full; nothing was written\. Free some space/,
    );
  });

  test("loses nothing it acknowledged while the disk fills, and goes on once there is space", async () => {
    const acknowledged: string[] = [];
    const refusals: string[] = [];
    disk.fill(600 * 1024);
    for (let number = 0; refusals.length < 3 && number < 500; number++) {
      await setTitle(`title ${number}`).then(
        ({ commit }) => acknowledged.push(commit),
        (error: Error) => refusals.push(error.message),
      );
    }
    for (const refusal of refusals)
      expect(refusal).toMatch(/answered 507.*(is full|is made and will be carried out)/);
    expect(refusals).toHaveLength(3);
    disk.empty();
    await setTitle("there is space");
    await untilShown("there is space");
    const { items } = await api.get(`${applications}/page/history`);
    const ids = items.map(({ id }: { readonly id: string }) => id);
    expect(acknowledged.filter((commit) => !ids.includes(commit))).toEqual([]);
    await vi.waitFor(() => expect(unfinishedFiles(sovereign.data)).toEqual([]), soon);
    expect(damagedRepositories(sovereign.data)).toEqual([]);
  }, 120_000);

  test.each(["stop", "kill"] as const)(
    "keeps a start from beginning, after a %s",
    async (end) => {
      const { data, ports } = sovereign;
      await sovereign[end]();
      disk.fill(0);
      const { code, text } = await up(data);
      expect(text).toMatch(/^catalyst: the disk of [^\n]+ is full[^\n]*\. Free some space[^\n]*\.\n$/);
      expect(code).toBe(3);
      disk.empty();
      sovereign = await startSovereign({ data, ports });
      api = new Calls(sovereign);
      await untilShown("there is space");
    },
    60_000,
  );

  async function up(data: string) {
    const ended = await endedStart(data, sovereign.ports);
    rmSync(join(data, "running.json"), { force: true });
    return ended;
  }
});
