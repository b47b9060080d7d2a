import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserProgram, openBrowser, openPage } from "../../core/console/e2e/browser.ts";
import { Calls, eventually } from "./calls.ts";
import { kubernetes } from "./kubernetes.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** WordPress with MariaDB where nothing really runs: whoever looks is told so, wherever they look. */
const application = "/environments/demo-dev/applications/blog";

let sovereign: Sovereign;
let api: Calls;

beforeAll(async () => {
  sovereign = await startSovereign();
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  await api.post("/environments/demo-dev/applications", {
    name: "blog",
    blueprint: { name: "bp-wordpress" },
  });
  await eventually("blog is Running", async () => (await api.get(application)).phase === "Running");
}, 120_000);

afterAll(() => sovereign?.stop());

async function objects(path: string) {
  const { text } = await kubernetes(sovereign, `/clusters/demo-dev/api/v1${path}`, sovereign.token());
  return JSON.parse(text).items;
}

test("the API says it of the Sovereign, the Applications and their Pods", async () => {
  expect((await api.get("/sovereign")).runtime).toMatchObject({ name: "simulated", simulated: true });
  const { items } = await api.get("/environments/demo-dev/applications");
  expect(items.map((item: { name: string; simulated: boolean }) => [item.name, item.simulated])).toEqual([
    ["blog", true],
    ["blog-db", true],
  ]);
  const pods = await api.get(`${application}/pods`);
  expect(pods.items.map((pod: { simulated: boolean }) => pod.simulated)).toEqual([true]);
});

test("the cluster says it of its node, of its Pods' containers and in their events and logs", async () => {
  const [node] = await objects("/nodes");
  expect(Object.values(node.metadata.labels)).toContain("simulated");
  const [pod] = await objects("/namespaces/blog/pods");
  expect(pod.status.containerStatuses[0].containerID).toMatch(/^simulated:/);
  const events: { message: string }[] = await objects("/namespaces/blog/events");
  expect(events.map(({ message }) => message).join("\n")).toContain("nothing runs");
  const path = `/clusters/demo-dev/api/v1/namespaces/blog/pods/${pod.metadata.name}/log`;
  expect((await kubernetes(sovereign, path, sovereign.token())).text).toMatch(/simulated/i);
});

test("the Application's own address says it instead of its page", async () => {
  expect(await api.page("blog.demo-dev")).toMatch(/simulated/i);
});

describe.skipIf(browserProgram === undefined)(
  "in a browser (without Chromium: skipped)",
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test("the console says it on the Environment's page and on the Application's", async () => {
      const { page } = await openPage(await browser.newContext());
      await page.goto((await api.post("/sign-in-links")).url);
      await page.goto(`${sovereign.url}/environments/demo-dev`);
      await page.getByText("Running (simulated)").nth(1).waitFor();
      await page.goto(`${sovereign.url}${application}`);
      await page.getByText("Running (simulated)").first().waitFor();
      await page.goto(`${sovereign.url}/sovereign`);
      await page.getByText("Pods are simulated").first().waitFor();
    });
  },
  60_000,
);
