import { soon } from "@catalyst/base/testing/soon";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Calls, eventually } from "../../../tests/sovereign/calls.ts";
import { type Sovereign, startSovereign } from "../../../tests/sovereign/sovereign.ts";
import { browserProgram, openBrowser, openPage, violations } from "./browser.ts";

const first = "Seidenschwanz-1";
const second = "Wasseramsel-2";
const application = "/environments/demo-dev/applications/gitea";
const label = "Administrator's password";

/** A password is typed once, goes to the secret store alone, and is never shown again. */
describe.skipIf(browserProgram === undefined)("a password field (without Chromium: skipped)", () => {
  let sovereign: Sovereign;
  let api: Calls;
  let browser: Browser;
  let page: Page;
  let requests: Request[];

  beforeAll(async () => {
    [sovereign, browser] = await Promise.all([startSovereign(), openBrowser()]);
    api = new Calls(sovereign);
    await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
    page = (await openPage(await browser.newContext({ viewport: { width: 1280, height: 900 } }))).page;
    page.setDefaultTimeout(soon.timeout);
    requests = [];
    page.on("request", (request) => requests.push(request));
    await page.goto((await api.post("/sign-in-links")).url);
    await page.getByRole("heading", { level: 1, name: "demo-dev" }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await sovereign?.stop();
  });

  const sentWith = (value: string) =>
    requests
      .filter((request) => `${request.url()} ${request.postData() ?? ""}`.includes(value))
      .map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
  const secretRoute = `PUT /v1${application}/secrets/adminPassword`;
  const version = async () => (await api.get(`${application}/secrets`)).items[0].version;

  it("takes one at the install, and sends it to the secret store alone", async () => {
    await page.goto(`${sovereign.url}/install/bp-gitea`);
    const input = page.getByLabel(label, { exact: true });
    await input.fill("short");
    await page.getByText("At least 8 characters.").waitFor();
    await input.fill(first);
    expect(await input.getAttribute("type")).toBe("password");
    await page.getByText("A new value for adminPassword goes into the secret store").waitFor();
    await page.getByText("Up to date", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Install" }).click();
    await page.getByRole("heading", { level: 1, name: /gitea/ }).waitFor();
    await eventually("it is Running", async () => (await api.get(application)).phase === "Running");
    expect(await version()).toBe(1);
    expect(sentWith(first)).toEqual([secretRoute]);
  });

  it("shows since when one is set, and never which", async () => {
    await page.goto(`${sovereign.url}${application}/settings`);
    await page.getByText(/^Set /).waitFor();
    expect(await page.getByRole("textbox", { name: label }).count()).toBe(0);
    expect(await page.content()).not.toContain(first);
    expect(await violations(page)).toEqual([]);
  });

  it("replaces it, with an empty field to begin with", async () => {
    await page.getByRole("button", { name: `Replace ${label}` }).click();
    const input = page.getByLabel(label, { exact: true });
    expect(await input.inputValue()).toBe("");
    await input.fill(second);
    await page.getByRole("button", { name: "Save" }).click();
    await eventually("the second is in use", async () => (await version()) === 2);
    expect(sentWith(second)).toEqual([secretRoute]);
    await page.getByText(/^Set /).waitFor();
    expect(await page.content()).not.toContain(second);
  });

  it("takes it away, and the plan says so first", async () => {
    await page.getByRole("button", { name: `Take away ${label}` }).click();
    await page.getByText("The value is taken away.").waitFor();
    const plan = page.getByRole("region", { name: "Plan" });
    await plan.getByText("applications/gitea/secrets.yaml").first().waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await eventually("none is in use", async () => (await version()) === undefined);
  });
});
