import { soon } from "@catalyst/base/testing/soon";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../../tests/sovereign/calls.ts";
import { browserProgram, openPage, violations } from "./browser.ts";
import { OpenedConsole } from "./opened-console.ts";

describe.skipIf(browserProgram === undefined)("administering (without Chromium: skipped)", () => {
  let opened: OpenedConsole;
  let page: Page;
  let ada: Page;

  beforeAll(async () => {
    opened = await OpenedConsole.start();
    page = opened.page;
    await opened.install("site");
  }, 120_000);
  afterAll(() => opened?.close());

  it("adds somebody new, and shows the link that signs in, once", async () => {
    await opened.go("/organizations/demo");
    await page.getByRole("button", { name: "Add" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a member to Demo" });
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("User").fill("ada");
    await dialog.getByLabel("Role").selectOption("org-viewer");
    await dialog.getByRole("checkbox", { name: "demo-dev" }).check();
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    const made = page.getByRole("dialog", { name: "ada is org-viewer of Demo now" });
    await made.getByText("Here ada chooses a password").waitFor();
    const link = await made.locator("code").filter({ hasText: "/sign-in/link" }).textContent();
    expect(await violations(page)).toEqual([]);
    await made.getByRole("button", { name: "Close" }).last().click();
    await made.waitFor({ state: "detached" });
    await page.getByText("org-viewer · only demo-dev").waitFor();
    const context = await opened.browser.newContext({ viewport: { width: 1280, height: 900 } });
    ada = (await openPage(context)).page;
    ada.setDefaultTimeout(soon.timeout);
    await ada.goto(link ?? "");
    await ada.getByRole("heading", { level: 1, name: "demo-dev" }).waitFor();
  });

  it("offers a viewer only what a viewer may do", async () => {
    await ada.getByRole("link", { name: "site", exact: true }).click();
    await ada.getByRole("link", { name: "Open in a new tab" }).waitFor();
    for (const name of ["Pause", "Remove", "Retry"])
      expect(await ada.getByRole("button", { name }).count(), name).toBe(0);
    await ada.getByRole("link", { name: "Demo", exact: true }).click();
    await ada.getByRole("heading", { level: 2, name: "Members" }).waitFor();
    for (const name of ["Add", "New Environment"])
      expect(await ada.getByRole("button", { name }).count(), name).toBe(0);
    expect(await ada.getByRole("link", { name: "Audit" }).count()).toBe(0);
    await ada.keyboard.press("Control+k");
    const palette = ada.getByRole("combobox", { name: "Go anywhere" });
    await palette.fill("site");
    await ada.getByRole("option", { name: /^History of site/ }).waitFor();
    expect(await ada.getByRole("option", { name: /^Remove site/ }).count()).toBe(0);
    await ada.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
  });

  it("says that a page isn't there to who may not see it", async () => {
    await opened.api.post("/organizations", { name: "acme", members: [] });
    await eventually("acme is there", async () => (await opened.api.status("/organizations/acme")) === 200);
    await opened.api.post("/organizations/acme/environments", { type: "dev" });
    for (const [path, title] of [
      ["/environments/acme-dev", 'There is no Environment "acme-dev"'],
      ["/organizations/acme", "There is no such page"],
      ["/audit", "This page can't be shown"],
    ] as const) {
      await ada.goto(`${opened.sovereign.url}${path}`);
      await ada.getByRole("heading", { level: 1, name: title }).waitFor();
      expect(await violations(ada)).toEqual([]);
    }
  });

  it("gives another role", async () => {
    await page.getByRole("button", { name: "Change the role of ada" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the role of ada" });
    expect(await dialog.getByLabel("Role").inputValue()).toBe("org-viewer");
    await dialog.getByLabel("Role").selectOption("org-developer");
    await dialog.getByRole("checkbox", { name: "demo-dev" }).uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    // ada has no password yet: the link of before ended with this change, here is the new one
    const changed = page.getByRole("dialog", { name: "ada is org-developer of Demo now" });
    await changed.getByText("Here ada chooses a password").waitFor();
    await changed.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("org-developer", { exact: true }).waitFor();
    await ada.goto(`${opened.sovereign.url}/environments/demo-dev/applications/site`);
    await ada.getByRole("button", { name: "Pause" }).waitFor();
  });

  it("takes somebody out after asking", async () => {
    await page.getByRole("button", { name: "Take out ada" }).click();
    const dialog = page.getByRole("dialog", { name: "Take ada out of Demo?" });
    await dialog.getByText("ada is org-developer of Demo and loses access").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Take out" }).click();
    await page.getByText("org-developer", { exact: true }).waitFor({ state: "detached" });
    await ada.goto(`${opened.sovereign.url}/`);
    await ada.getByRole("heading", { level: 1, name: "You are in no Organization yet" }).waitFor();
  });

  it("makes an Environment", async () => {
    await page.getByRole("button", { name: "New Environment" }).click();
    const dialog = page.getByRole("dialog", { name: "New Environment" });
    await dialog.getByLabel("Type").selectOption("stg");
    await dialog.getByText("It will be called demo-stg.").waitFor();
    await dialog.getByRole("button", { name: "Create" }).click();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /demo-stg/ })
      .click();
    await page.getByRole("heading", { name: "Nothing is installed here yet" }).waitFor();
  });

  it("removes an Environment once its name is typed, and names what goes", async () => {
    await eventually("demo-stg is ready", async () => (await opened.api.get("/environments/demo-stg")).ready);
    await opened.api.post("/environments/demo-stg/applications", {
      name: "shop",
      blueprint: { name: "bp-static-site" },
    });
    await page.getByRole("link", { name: "shop", exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove demo-stg?" });
    await dialog.getByText("shop", { exact: true }).waitFor();
    await dialog.getByText(/git\/demo\/demo-stg\.git/).waitFor();
    expect(await violations(page)).toEqual([]);
    const remove = dialog.getByRole("button", { name: "Remove" });
    await dialog.getByLabel("Type demo-stg to confirm").fill("demo-dev");
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel("Type demo-stg to confirm").fill("demo-stg");
    await remove.click();
    await opened.heading("Demo").waitFor();
    await page
      .getByRole("link", { name: /demo-stg/ })
      .first()
      .waitFor({ state: "detached", timeout: 30_000 });
    await opened.go("/environments/demo-stg");
    await opened.heading('There is no Environment "demo-stg"').waitFor();
    expect(await opened.api.status("/environments/demo-stg")).toBe(404);
  });

  it("removes an Application after asking, and says what stays", async () => {
    await opened.install("blog", "bp-wordpress");
    await opened.go("/environments/demo-dev/applications/blog");
    await page.getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove blog?" });
    await dialog.getByText("blog-db came along with it and stays.").waitFor();
    await dialog.getByText("PersistentVolumeClaim").waitFor();
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await opened.heading("demo-dev").waitFor();
    await page
      .getByRole("link", { name: "blog", exact: true })
      .waitFor({ state: "detached", timeout: 30_000 });
    await page.getByRole("link", { name: "blog-db", exact: true }).waitFor();
  });

  it("does by the palette what the role allows", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go anywhere" }).fill("pause site");
    await page.getByRole("option", { name: /^Pause site/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Pause site?" });
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("heading", { level: 1 }).getByText("Paused").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("listbox").getByRole("option").first().filter({ hasText: "Logs of site" }).waitFor();
    await page.getByRole("combobox", { name: "Go anywhere" }).fill("dark");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await page.getByRole("button", { name: "Use light colours" }).click();
  });

  it("lists everything that was changed or tried", async () => {
    await opened.api.problem("DELETE", "/environments/demo-dev/applications/nobody");
    await opened.api.problem("POST", "/environments/demo-dev/applications", {
      name: "wrong",
      blueprint: { name: "bp-static-site" },
      config: { title: 7 },
    });
    await page.getByRole("link", { name: "Audit" }).click();
    await opened.heading("Audit").waitFor();
    for (const what of ["Take out member", "Remove Environment", "Set member", "Pause"])
      await page.getByRole("cell", { name: what }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Outcome").selectOption("refused");
    await page.getByRole("cell", { name: "Install (refused)" }).waitFor();
    await page.getByRole("cell", { name: "Take out member" }).waitFor({ state: "detached" });
    await page.getByRole("searchbox", { name: "Search the audit" }).fill("nothing of the kind");
    await page.getByRole("heading", { name: "Nothing was changed yet, or nothing matches" }).waitFor();
  });

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ["/audit", "/organizations/demo?invite=true", "/environments/demo-dev?remove=true"]) {
      await opened.go(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expect.poll(() => page.getByLabel("Loading").count()).toBe(0);
      expect(await opened.overflow(), path).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
  });

  it("had nothing to complain about in all of this", () => expect(opened.complaints).toEqual([]));
});
