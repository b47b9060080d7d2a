import type { Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, violations } from "./browser.ts";
import { OpenedConsole } from "./opened-console.ts";

const application = "/environments/demo-dev/applications/blog";

/** Phases that are hard to bring about, as an Application's answer has them, and what a person then reads. */
const phases = [
  ["Installing", "Installing", "waiting", "Waiting"],
  ["Updating", "Updating", "slow", "Slower than usual"],
  ["Degraded", "Degraded", "stuck", "Stuck"],
  ["Failed", "Failed", "doomed", "This won't succeed by itself"],
  ["PendingApproval", "Pending approval", "waiting", "Waiting"],
  ["Pending", "Waiting", "waiting", "Waiting"],
  ["Deleting", "Deleting", "stuck", "Stuck"],
] as const;

const isFocused = (element: Element) => element === document.activeElement;

describe.skipIf(browserProgram === undefined)("the console's states (without Chromium: skipped)", () => {
  let opened: OpenedConsole;

  const page = () => opened.page;
  const heading = () => page().getByRole("heading", { level: 1 });
  /** Answers that path with something else than the Sovereign says, made from what it says. */
  const doctor = (path: string, change: (answer: Record<string, unknown>) => Record<string, unknown>) =>
    page().route(`${opened.sovereign.url}/v1${path}`, async (route: Route) =>
      route.fulfill({ json: change(await (await route.fetch()).json()) }),
    );
  const heal = () => page().unrouteAll({ behavior: "wait" });

  beforeAll(async () => {
    opened = await OpenedConsole.start();
    await opened.install("blog", "bp-wordpress");
  }, 120_000);
  afterAll(() => opened?.close());

  it("says Running (simulated) wherever nothing really runs, and its Open how to make it real", async () => {
    await opened.go("/environments/demo-dev");
    await page()
      .getByRole("article")
      .filter({ hasText: "blog-db" })
      .getByText("Running (simulated)")
      .waitFor();
    for (const [path, name] of [
      ["/environments/demo-dev", "Open blog"],
      [application, "Open"],
    ] as const) {
      await opened.go(path);
      await page().getByText("Running (simulated)").first().waitFor();
      await page().getByRole("button", { name, exact: true }).click();
      const dialog = page().getByRole("dialog", { name: "Nothing really runs here" });
      await dialog.getByText("library/wordpress:6.8-php8.3-apache").waitFor();
      await dialog.getByText("and answer at http://blog.demo-dev.localhost").waitFor();
      await dialog.getByText("./catalyst up --runtime podman", { exact: true }).waitFor();
      expect(await violations(page())).toEqual([]);
      await page().keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
  });

  it.each(phases)("shows %s, and why", async (phase, badge, label, title) => {
    await doctor(application, (answer) => ({
      ...answer,
      phase,
      simulated: false,
      why: {
        sentence: "The image wordpress:nope can't be pulled.",
        label,
        action: "Correct it in the settings.",
      },
    }));
    await doctor("/environments/demo-dev/applications?*", (answer) => ({
      ...answer,
      items: (answer["items"] as object[]).map((item) => ({ ...item, phase, simulated: false })),
    }));
    for (const colorScheme of ["light", "dark"] as const) {
      await page().emulateMedia({ colorScheme });
      await opened.go(application);
      await heading().getByText(badge, { exact: true }).waitFor();
      const why = page().getByRole("region", { name: `Why it is ${badge}` });
      for (const text of [title, "The image wordpress:nope can't be pulled.", "Correct it in the settings."])
        await why.getByText(text, { exact: true }).waitFor();
      expect(await violations(page())).toEqual([]);
    }
    const changes = page().getByRole("button", { name: /^(Pause|Remove|Retry)$/ });
    expect(await changes.count()).toBe(phase === "Deleting" ? 0 : 3);
    await opened.go("/environments/demo-dev");
    await page().getByRole("article").getByText(badge, { exact: true }).first().waitFor();
    expect(await violations(page())).toEqual([]);
    await heal();
  });

  it("turns no wheel for what won't arrive by itself", async () => {
    for (const [label, spins] of [
      ["waiting", 1],
      ["slow", 1],
      ["stuck", 0],
      ["doomed", 0],
    ] as const) {
      const why = { sentence: "The image wordpress:nope can't be pulled.", label };
      await doctor(application, (answer) => ({ ...answer, phase: "Installing", simulated: false, why }));
      await opened.go(application);
      await heading().getByText("Installing", { exact: true }).waitFor();
      expect(await heading().locator(".animate-spin").count(), label).toBe(spins);
      await heal();
    }
  });

  it("shows a paused Application with the way to go on", async () => {
    await doctor(application, (answer) => ({ ...answer, phase: "Paused", suspended: true }));
    await opened.go(application);
    await heading().getByText("Paused").waitFor();
    await page().getByRole("button", { name: "Resume" }).click();
    await page().getByRole("dialog", { name: "Resume blog?" }).waitFor();
    expect(await page().getByRole("button", { name: "Retry" }).count()).toBe(0);
    await heal();
  });

  it("shows a refused Blueprint as refused, and doesn't install it", async () => {
    const reason = "It isn't signed by a key this Sovereign trusts.";
    await doctor("/blueprints/bp-wordpress", ({ releases, ...answer }) => {
      const [{ signer: _, sbom: __, ...release }] = releases as [Record<string, unknown>];
      return { ...answer, installable: false, reason, releases: [{ ...release, verified: false, reason }] };
    });
    await opened.go("/catalog/bp-wordpress");
    await page().getByRole("note").getByText(reason).waitFor();
    expect(await page().getByText("missing", { exact: true }).count()).toBe(2);
    expect(await page().getByRole("button", { name: "Install" }).isDisabled()).toBe(true);
    expect(await violations(page())).toEqual([]);
    await opened.go("/install/bp-wordpress");
    await page().getByRole("note").getByText(reason).waitFor();
    expect(await page().getByRole("textbox").count()).toBe(0);
    await heal();
  });

  it("offers a name that is free", async () => {
    await opened.go("/install/bp-wordpress");
    const name = page().getByLabel("Name", { exact: true });
    expect(await name.inputValue()).toBe("wordpress");
    await doctor("/environments/demo-dev/applications?*", ({ items, ...answer }) => ({
      ...answer,
      items: ["wordpress", "wordpress-2"].map((taken) => ({ ...(items as object[])[0], name: taken })),
    }));
    await opened.go("/install/bp-wordpress");
    await expect.poll(() => name.inputValue()).toBe("wordpress-3");
    await heal();
  });

  it("says at the name that it is taken", async () => {
    await opened.go("/install/bp-wordpress");
    await page().getByLabel("Name", { exact: true }).fill("blog");
    await page().getByText("demo-dev already has an Application “blog”.").waitFor();
    expect(await page().getByRole("button", { name: "Install" }).isDisabled()).toBe(true);
    expect(await violations(page())).toEqual([]);
  });

  it("shows the lines of many thousands that are in sight, and those before the last restart", async () => {
    await doctor(`${application}/pods`, ({ items }) => ({
      items: (items as object[]).map((item) => ({ ...item, restarts: 2 })),
    }));
    const lines = (text: string) =>
      Array.from({ length: 5000 }, (_, index) => `data: ${text} ${index}\n\n`).join("");
    await page().route(/\/logs\?/, (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: `${lines(route.request().url().includes("previous=true") ? "before" : "now")}event: end\ndata: \n\n`,
      }),
    );
    await opened.go(`${application}/logs`);
    const log = page().getByRole("region", { name: "Log" });
    await log.getByText("now 4999").waitFor();
    expect(await log.locator("[data-index]").count()).toBeLessThan(200);
    await page().getByText("Ended").waitFor();
    await page().getByRole("searchbox", { name: "Search lines" }).fill("now 499");
    await page().getByText("11 lines").waitFor();
    await page().getByRole("searchbox", { name: "Search lines" }).fill("never");
    await log.getByText("No line holds “never”.").waitFor();
    await page().getByRole("searchbox", { name: "Search lines" }).fill("");
    await page().getByLabel("Run").selectOption({ label: "Before the last restart" });
    await log.getByText("before 4999").waitFor();
    expect(await violations(page())).toEqual([]);
    await heal();
  });

  it("goes on with a log whose connection was cut", async () => {
    let asked = 0;
    await page().route(/\/logs\?/, (route) => {
      asked++;
      return asked === 1
        ? route.fulfill({ contentType: "text/event-stream", body: "data: first\n\n" })
        : route.fulfill({
            contentType: "text/event-stream",
            body: "data: first\n\ndata: second\n\nevent: end\ndata: \n\n",
          });
    });
    await opened.go(`${application}/logs`);
    const log = page().getByRole("region", { name: "Log" });
    await log.getByText("second").waitFor();
    expect(await log.getByText("first").count()).toBe(1);
    await heal();
  });

  it("goes on by itself once a Sovereign that didn't answer answers again", async () => {
    await page().route("**/v1/**", (route) => route.abort());
    await opened.go("/catalog");
    await page().getByRole("heading", { level: 1, name: "This page can't be shown" }).waitFor();
    await page().getByText("The Sovereign doesn't answer.").waitFor();
    expect(await violations(page())).toEqual([]);
    await heal();
    await page().getByRole("heading", { level: 1, name: "Catalog" }).waitFor();
  });

  it("says that the stream was cut, and shows what happened meanwhile once it is back", async () => {
    await opened.go(application);
    await heading().getByText("Running (simulated)").waitFor();
    await opened.context.setOffline(true);
    // a stream that runs isn't cut by that: the page is told to open it anew
    await page().route("**/v1/stream", (route) => route.abort());
    await opened.go(application).catch(() => undefined);
    await opened.context.setOffline(false);
    await opened.go(application);
    await page().getByText("The connection to the Sovereign is lost.").waitFor();
    await heading().getByText("Running (simulated)").waitFor();
    expect(await violations(page())).toEqual([]);
    await opened.api.post(`${application}/actions/pause`);
    await heal();
    await heading().getByText("Paused").waitFor();
    await page().getByText("The connection to the Sovereign is lost.").waitFor({ state: "detached" });
    await opened.api.post(`${application}/actions/resume`);
    await heading().getByText("Running (simulated)").waitFor();
  });

  it("is used by the keyboard alone", async () => {
    await opened.go("/environments/demo-dev");
    await page().getByRole("article").first().waitFor();
    await page().keyboard.press("Tab");
    const focused = () => page().evaluate(() => document.activeElement?.textContent?.trim());
    expect(await focused()).toBe("Skip to the page");
    await page().keyboard.press("Enter");
    await page().keyboard.press("Tab");
    expect(await focused()).toBe("Install");
    const ring = await page().evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    expect(ring).toBe("solid");
    const remove = page().getByRole("button", { name: "Remove this Environment" });
    for (let presses = 0; presses < 40 && !(await remove.evaluate(isFocused)); presses++)
      await page().keyboard.press("Tab");
    await page().keyboard.press("Enter");
    const dialog = page().getByRole("dialog", { name: "Remove demo-dev?" });
    await dialog.waitFor();
    expect(await page().evaluate(() => document.activeElement?.id)).toBe("confirm-name");
    await page().keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await remove.evaluate(isFocused)).toBe(true);
  });

  it("keeps still for who asked for less motion", async () => {
    await page().emulateMedia({ reducedMotion: "reduce" });
    await doctor(application, (answer) => ({ ...answer, phase: "Installing" }));
    await opened.go(application);
    await heading().getByText("Installing").waitFor();
    expect(await page().evaluate(() => document.getAnimations().length)).toBe(0);
    await page().emulateMedia({ reducedMotion: "no-preference" });
    expect(await page().evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
    await heal();
  });

  it("keeps names as long as they may be inside a phone's screen", async () => {
    const long = "a-name-that-is-as-long-as-it-may-be-40ch";
    await doctor("/environments/demo-dev", (answer) => ({ ...answer, displayName: "W".repeat(100) }));
    await doctor("/environments/demo-dev/applications?*", (answer) => ({
      ...answer,
      items: (answer["items"] as object[]).map((item) => ({ ...item, name: long })),
    }));
    await doctor(application, (answer) => ({
      ...answer,
      name: long,
      endpoints: [{ url: `http://${long}.${long}` }],
    }));
    await page().setViewportSize({ width: 360, height: 740 });
    for (const path of ["/environments/demo-dev", application]) {
      await opened.go(path);
      await page().getByText(long).first().waitFor();
      expect(await opened.overflow(), path).toBeLessThanOrEqual(0);
    }
    await page().setViewportSize({ width: 1280, height: 900 });
    await heal();
  });

  it("tells who was signed in that the session ended, and goes on at the same place", async () => {
    await opened.go(`${application}/history`);
    await page().getByRole("heading", { level: 1 }).waitFor();
    await opened.context.clearCookies();
    await page().getByRole("link", { name: "Events", exact: true }).click();
    await page().getByText("Your session has ended.").waitFor();
    expect(await violations(page())).toEqual([]);
    await page().getByRole("link", { name: "Sign in" }).click();
    const [, password = ""] = /password (\S+)/.exec(opened.sovereign.output()) ?? [];
    await page().getByLabel("User").fill("admin");
    await page().getByLabel("Password").fill(`not ${password}`);
    await page().getByRole("button", { name: "Sign in" }).click();
    await page().getByRole("alert").waitFor();
    expect(await violations(page())).toEqual([]);
    await page().getByLabel("User").fill("admin");
    await page().getByLabel("Password").fill(password);
    await page().getByRole("button", { name: "Sign in" }).click();
    await page().waitForURL(`${opened.sovereign.url}${application}/events`);
    await heading().getByText("Running (simulated)").waitFor();
  });

  it("had nothing to complain about in all of this", () => expect(opened.complaints).toEqual([]));
});
