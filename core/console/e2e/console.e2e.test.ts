import { soon } from "@catalyst/base/testing/soon";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sovereign, startSovereign } from "../../../tests/sovereign/sovereign.ts";
import { browserProgram, openBrowser, openPage, violations, type WatchedPage } from "./browser.ts";

/** Compressed script a first visit may load, in bytes (console.md). */
const scriptLimit = 200_000;

const application = "/environments/demo-dev/applications/site";

/** Every screen, as a signed-in person sees it once `site` is installed. */
const screens: readonly (readonly [name: string, path: string, heading: string])[] = [
  ["the catalog", "/catalog", "Catalog"],
  ["a Blueprint", "/catalog/bp-wordpress", "WordPress"],
  ["the install page", "/install/bp-wordpress", "Install WordPress"],
  ["an Organization", "/organizations/demo", "Demo"],
  ["an Environment", "/environments/demo-dev", "demo-dev"],
  ["an Application", application, "site"],
  ["its logs", `${application}/logs`, "site"],
  ["its events", `${application}/events`, "site"],
  ["its history", `${application}/history`, "site"],
  ["its manifests", `${application}/manifests`, "site"],
  ["its settings", `${application}/settings`, "site"],
  ["the Sovereign", "/sovereign", "local"],
  ["personal tokens", "/tokens", "Personal tokens"],
  ["a page that isn't there", "/nowhere", "There is no such page"],
];

describe.skipIf(browserProgram === undefined)("the console in a browser (without Chromium: skipped)", () => {
  let sovereign: Sovereign;
  let browser: Browser;
  let context: BrowserContext;
  let watched: WatchedPage;
  let page: Page;

  const signInLink = async (): Promise<string> => {
    const response = await fetch(`${sovereign.url}/v1/sign-in-links`, {
      method: "POST",
      headers: { authorization: `Bearer ${sovereign.token()}` },
    });
    return ((await response.json()) as { url: string }).url;
  };
  const go = (path: string) => page.goto(`${sovereign.url}${path}`);
  const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });

  beforeAll(async () => {
    [sovereign, browser] = await Promise.all([startSovereign(), openBrowser()]);
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    watched = await openPage(context);
    page = watched.page;
    page.setDefaultTimeout(soon.timeout);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await sovereign?.stop();
  });

  it("asks who isn't signed in to sign in, and says how", async () => {
    await go("/catalog");
    await heading("Sign in to Catalyst").waitFor();
    expect(await page.getByText("./catalyst open", { exact: true }).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
  });

  it("signs in by a link, once", async () => {
    const link = await signInLink();
    await page.goto(link);
    await heading("demo-dev").waitFor();
    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(link);
    await stranger.getByRole("alert").filter({ hasText: "used already" }).waitFor();
    await other.close();
  });

  it("loads less script than a slow connection notices", async () => {
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
        .map((entry) => [entry.name, (entry as PerformanceResourceTiming).encodedBodySize] as const),
    );
    const bytes = scripts.reduce((sum, [, size]) => sum + size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes, JSON.stringify(scripts)).toBeLessThan(scriptLimit);
  });

  it("finds a Blueprint by search and by category", async () => {
    await page.getByRole("link", { name: "Catalog", exact: true }).click();
    await page.getByRole("link", { name: "WordPress" }).waitFor();
    await page.getByRole("searchbox", { name: "Search Blueprints" }).fill("static");
    await page.getByRole("link", { name: "WordPress" }).waitFor({ state: "detached" });
    await page.getByRole("searchbox", { name: "Search Blueprints" }).fill("");
    await page.getByRole("link", { name: "WordPress" }).waitFor();
    await page.getByRole("button", { name: "Databases" }).click();
    await page.getByRole("link", { name: "Static site" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Websites" }).click();
    await page.getByRole("link", { name: "Static site" }).click();
  });

  it("shows what a Blueprint's verification found", async () => {
    await heading(/Static site/).waitFor();
    for (const evidence of ["Digest", "Signature", "SBOM", "Provenance"])
      expect(await page.getByRole("term").filter({ hasText: evidence }).count()).toBe(1);
    expect(await page.getByText("missing", { exact: true }).count()).toBe(0);
    await page.getByRole("link", { name: "Install" }).click();
  });

  it("says at its field what is wrong, while it is typed", async () => {
    await heading("Install Static site").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("site");
    await page.getByLabel("Colour", { exact: true }).fill("red");
    await page.getByText(/^Must match pattern/).waitFor();
    expect(await page.getByRole("button", { name: "Install" }).isDisabled()).toBe(true);
    await page.getByLabel("Colour", { exact: true }).fill("#0f766e");
    await page.getByText(/^Must match pattern/).waitFor({ state: "detached" });
  });

  it("shows one document as a form and as YAML", async () => {
    await page.getByLabel("Title").fill("First title");
    await page.getByRole("radio", { name: "YAML" }).click();
    const yaml = page.getByLabel("The Application as YAML");
    expect(await yaml.inputValue()).toContain("title: First title");
    await yaml.fill((await yaml.inputValue()).replace("First title", "Hello"));
    await page.getByRole("radio", { name: "Form" }).click();
    expect(await page.getByLabel("Title").inputValue()).toBe("Hello");
  });

  it("installs after showing the plan, and shows it Running without a reload", async () => {
    const plan = page.getByRole("region", { name: "Plan" });
    await plan.getByText("bp-static-site").waitFor();
    await plan.getByRole("button", { name: "Ingress" }).click();
    await plan.getByText("+kind: Ingress").waitFor();
    await page.getByRole("button", { name: "Install" }).click();
    await heading(/site/).waitFor();
    await page.getByRole("heading", { level: 1 }).getByText("Running").waitFor({ timeout: 30_000 });
    const address = await page.getByRole("link", { name: "Open in a new tab" }).getAttribute("href");
    const site = await context.newPage();
    await site.goto(address ?? "");
    await site.getByRole("heading", { name: "Hello" }).waitFor();
    await site.close();
  });

  it("changes its config beside the plan of the change", async () => {
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await page.getByLabel("Title").fill("Goodbye");
    await page.getByRole("region", { name: "Plan" }).getByText("config.title").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    // saved: the form begins anew from what is there now
    await page.getByText("The plan of your change appears here.").waitFor();
    expect(await page.getByLabel("Title").inputValue()).toBe("Goodbye");
  });

  it("shows both changes when somebody else was faster", async () => {
    await page.getByLabel("Title").fill("Mine");
    const response = await fetch(`${sovereign.url}/v1${application}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${sovereign.token()}`, "content-type": "application/json" },
      body: JSON.stringify({ config: { title: "Theirs" } }),
    });
    expect(response.status).toBe(202);
    await page.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("alert").filter({ hasText: "Your change" });
    await conflict.getByRole("insertion").getByText("Mine").waitFor();
    await conflict.getByRole("insertion").getByText("Theirs").waitFor();
    await conflict.getByRole("button", { name: "Start again from the newest" }).click();
    await expect.poll(() => page.getByLabel("Title").inputValue()).toBe("Theirs");
  });

  it("rolls back after showing what that would change", async () => {
    await page.getByRole("link", { name: "History", exact: true }).click();
    await page.getByRole("button", { name: "Roll back to this" }).last().click();
    const dialog = page.getByRole("dialog", { name: "Roll back site?" });
    await dialog.getByRole("deletion").getByText("Theirs").waitFor();
    await dialog.getByRole("insertion").getByText("Hello").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => page.getByRole("button", { name: /^Roll back to this/ }).count()).toBe(3);
  });

  it("goes anywhere by the keyboard", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go anywhere" }).fill("sovereign");
    await page.keyboard.press("Enter");
    await heading("local").waitFor();
  });

  it("stays small with ten thousand Applications, and shows the last of them", async () => {
    const one = await page.evaluate(async (path) => (await fetch(`/v1${path}`)).json(), application);
    const all = Array.from({ length: 10_000 }, (_, index) => ({
      ...one,
      name: `site-${String(index).padStart(4, "0")}`,
    }));
    const lists = /\/applications\?limit=/;
    await page.route(lists, (route) => {
      const start = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
      const next = start + 200 < all.length ? { next: String(start + 200) } : {};
      return route.fulfill({ json: { items: all.slice(start, start + 200), total: all.length, ...next } });
    });
    try {
      await go("/environments/demo-dev");
      await page.getByRole("link", { name: "site-0000", exact: true }).waitFor();
      const last = page.getByRole("link", { name: "site-9999", exact: true });
      await expect
        .poll(
          async () => {
            await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
            return last.count();
          },
          { timeout: 30_000, interval: 50 },
        )
        .toBe(1);
      expect(await page.getByRole("article").count()).toBeLessThan(100);
    } finally {
      await page.unroute(lists);
    }
  });

  for (const theme of ["light", "dark"] as const) {
    it.each(screens)(`is accessible in ${theme} colours: %s`, async (_, path, name) => {
      await page.emulateMedia({ colorScheme: theme });
      await go(path);
      await heading(new RegExp(`^${name}`)).waitFor();
      await page.getByLabel("Loading").first().waitFor({ state: "detached" });
      expect(await violations(page)).toEqual([]);
    });
  }

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [name, path, title] of screens) {
      await go(path);
      await heading(new RegExp(`^${title}`)).waitFor();
      await page.getByLabel("Loading").first().waitFor({ state: "detached" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Tokens" }).click();
    await heading("Personal tokens").waitFor();
  });

  it("signs out", async () => {
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await heading("Sign in to Catalyst").waitFor();
  });

  it("had nothing to complain about in all of this", () => expect(watched.complaints).toEqual([]));
});
