// Takes the README's picture of the console: a new Sovereign with a few Applications, as a first look finds it.
import { join } from "node:path";
import { openBrowser } from "../../core/console/e2e/browser.ts";
import { Calls, eventually } from "../../tests/sovereign/calls.ts";
import { startSovereign } from "../../tests/sovereign/sovereign.ts";

const applications = [
  { name: "blog", blueprint: { name: "bp-wordpress" } },
  { name: "code", blueprint: { name: "bp-gitea" } },
  { name: "docs", blueprint: { name: "bp-static-site" }, config: { title: "Documentation" } },
  { name: "site", blueprint: { name: "bp-static-site" }, config: { title: "Welcome" } },
];

const sovereign = await startSovereign();
const browser = await openBrowser();
try {
  const api = new Calls(sovereign);
  await eventually("demo-dev is ready", async () => (await api.get("/environments/demo-dev")).ready);
  for (const application of applications) await api.post("/environments/demo-dev/applications", application);
  await eventually("everything runs", async () => {
    const { total, running } = (await api.get("/environments/demo-dev")).applications;
    return total > applications.length && running === total;
  });
  const page = await browser.newPage({ viewport: { width: 1360, height: 800 }, deviceScaleFactor: 2 });
  await page.goto((await api.post("/sign-in-links")).url);
  await page.getByRole("article").nth(applications.length).waitFor();
  await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))");
  await page.screenshot({ path: join(import.meta.dirname, "../../docs/images/console.png") });
} finally {
  await browser.close();
  await sovereign.stop();
}
