import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { Calls, eventually } from "../../../tests/sovereign/calls.ts";
import { type Sovereign, startSovereign } from "../../../tests/sovereign/sovereign.ts";
import { openBrowser, openPage } from "./browser.ts";

/** A browser at the console of a new Sovereign, signed in as `admin`. */
export class OpenedConsole {
  readonly sovereign: Sovereign;
  readonly api: Calls;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page: see `openPage`. */
  readonly complaints: readonly string[];

  private constructor(
    sovereign: Sovereign,
    browser: Browser,
    context: BrowserContext,
    page: Page,
    complaints: readonly string[],
  ) {
    this.sovereign = sovereign;
    this.api = new Calls(sovereign);
    this.browser = browser;
    this.context = context;
    this.page = page;
    this.complaints = complaints;
  }

  /** Starts a Sovereign and waits until its first Environment is ready. */
  static async start(): Promise<OpenedConsole> {
    const [sovereign, browser] = await Promise.all([startSovereign(), openBrowser()]);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { page, complaints } = await openPage(context);
    page.setDefaultTimeout(20_000);
    const opened = new OpenedConsole(sovereign, browser, context, page, complaints);
    await eventually("demo-dev is ready", async () => (await opened.api.get("/environments/demo-dev")).ready);
    await page.goto((await opened.api.post("/sign-in-links")).url);
    await opened.heading("demo-dev").waitFor();
    return opened;
  }

  async go(path: string): Promise<void> {
    await this.page.goto(`${this.sovereign.url}${path}`);
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  /** Installs a static site by the API and waits until it runs. */
  async install(name: string, blueprint = "bp-static-site"): Promise<void> {
    await this.api.post("/environments/demo-dev/applications", { name, blueprint: { name: blueprint } });
    await eventually(
      `${name} is Running`,
      async () => (await this.api.get(`/environments/demo-dev/applications/${name}`)).phase === "Running",
    );
  }

  /** How many pixels the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.sovereign.stop();
  }
}
