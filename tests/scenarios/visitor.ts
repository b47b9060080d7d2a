import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { browserProgram, openBrowser } from "../../core/console/e2e/browser.ts";

/** Why a test that needs a browser can't run on this machine; undefined when it can. */
export const browserObstacle = browserProgram === undefined ? "there is no Chromium" : undefined;

/** How long a visitor waits for what is to appear, in milliseconds. */
const patience = 30_000;

type Role = Parameters<Page["getByRole"]>[0];

/**
 * A person at the console in a real browser. It finds things as people do: by what they are and are called,
 * and only in what stands in front. Every act waits up to 30 s for what it needs and throws when that doesn't
 * come.
 */
export class Visitor {
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #origin: string;

  private constructor(browser: Browser, context: BrowserContext, page: Page, origin: string) {
    this.#browser = browser;
    this.#context = context;
    this.#page = page;
    this.#origin = origin;
  }

  /** Starts a browser for the console at `origin`. Throws without Chromium: see `browserObstacle`. */
  static async start(origin: string): Promise<Visitor> {
    const browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(patience);
    return new Visitor(browser, context, await context.newPage(), origin);
  }

  /** Goes to an address; one that begins with / is the console's. */
  async open(address: string): Promise<void> {
    await this.#page.goto(new URL(address, this.#origin).href);
  }

  /** Presses what has this role and exactly this name, once it can be pressed. */
  async click(role: string, name: string): Promise<void> {
    await this.#front()
      .getByRole(role as Role, { name, exact: true })
      .click();
  }

  /** Follows a link that opens a page of its own; what follows happens there. */
  async follow(name: string): Promise<void> {
    const link = this.#front().getByRole("link", { name, exact: true });
    const address = await link.getAttribute("href");
    if (address === null) throw new Error(`the link "${name}" leads nowhere`);
    await this.open(address);
  }

  /** Types into the field with this label, or picks what it offers. */
  async fill(label: string, text: string): Promise<void> {
    const field = this.#front().getByLabel(label, { exact: true });
    const tag = await field.evaluate((element) => element.localName);
    if (tag === "select") await field.selectOption({ label: text });
    else await field.fill(text);
  }

  /** Presses a key, such as `Control+k` or `Enter`. */
  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  /** Waits until a text can be read. */
  async expect(text: string): Promise<void> {
    await this.#front().getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** What is read, in the page or in one part of it, as a screen reader has it. */
  async look(role?: string, name?: string): Promise<string> {
    const part =
      role === undefined
        ? this.#front()
        : this.#front().getByRole(role as Role, name === undefined ? {} : { name, exact: true });
    await part.getByLabel("Loading").first().waitFor({ state: "detached" });
    return withoutAddresses(await part.ariaSnapshot());
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#browser.close();
  }

  /** What a person can reach now: the open dialog, else the page. */
  #front(): Locator {
    return this.#page.locator("dialog:modal, body:not(:has(dialog:modal))");
  }
}

/** Leaves out where links lead, which nobody reads. */
function withoutAddresses(text: string): string {
  const lines = text.split("\n").filter((line) => !/^ *- \/url: /.test(line));
  const depth = (line: string | undefined) => line?.search(/\S/) ?? 0;
  return lines
    .map((line, index) => (depth(lines[index + 1]) > depth(line) ? line : line.replace(/:$/, "")))
    .join("\n");
}
