import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutSchema } from "../../../tests/sovereign/open-blueprint.ts";
import { publishRelease } from "../../../tests/sovereign/releases.ts";
import { browserProgram, violations } from "./browser.ts";
import { OpenedConsole } from "./opened-console.ts";

const application = "/environments/demo-dev/applications/site";
const where = "Where does this come from?";

/** Where values come from, and the form of a chart whose Blueprint has none. */
describe.skipIf(browserProgram === undefined)("a chart's values (without Chromium: skipped)", () => {
  let opened: OpenedConsole;

  const page = () => opened.page;
  const button = (name: string) => page().getByRole("button", { name, exact: true });
  const settled = () => expect.poll(() => page().getByLabel("Loading").count()).toBe(0);

  /** Changes the colours, and waits until they have: some change over a moment. */
  const colours = async (theme: "light" | "dark") => {
    await page().emulateMedia({ colorScheme: theme });
    await expect.poll(() => page().evaluate(() => document.getAnimations().length)).toBe(0);
  };

  beforeAll(async () => {
    opened = await OpenedConsole.start();
    await opened.install("site");
    await publishRelease(opened.sovereign, "static-site", "2.0.0", withoutSchema);
  }, 120_000);
  afterAll(() => opened?.close());

  it("says at a field who sets it and which lines read it, by the keyboard alone", async () => {
    await opened.go(`${application}/settings`);
    await page().getByLabel("Title").focus();
    await page().keyboard.press("Tab");
    await page().keyboard.press("Enter");
    expect(await button(`${where} Title`).getAttribute("aria-expanded")).toBe("true");
    await page().getByText("The Blueprint's default for").waitFor();
    await page().getByText("chart/templates/_page.tpl:9:11", { exact: true }).waitFor();
    await page().getByText("<title>{{ .Values.page.title | html }}</title>").waitFor();
    await page().keyboard.press("Enter");
    await page().getByText("The Blueprint's default for").waitFor({ state: "detached" });
  });

  it("has the form of the release that is installed, whatever the newest one has", async () => {
    expect(await page().getByText("This Blueprint has no form of its own").count()).toBe(0);
    await page().getByLabel("Version").selectOption("2.0.0");
    await page().getByText("This Blueprint has no form of its own").waitFor();
    await page().getByLabel("Version").selectOption("1.0.1");
    await page().getByText("This Blueprint has no form of its own").waitFor({ state: "detached" });
  });

  it("asks for it only once it is opened", async () => {
    const asked: string[] = [];
    page().on("request", (request) => asked.push(new URL(request.url()).pathname));
    await opened.go(`${application}/settings`);
    await page().getByLabel("Title").waitFor();
    await settled();
    expect(asked.filter((path) => path.endsWith("/values"))).toEqual([]);
  });

  it("says of a field that is set where in Git that is", async () => {
    await opened.api.patch(application, { config: { title: "Mine" } });
    await opened.go(`${application}/settings`);
    await expect.poll(() => page().getByLabel("Title").inputValue()).toBe("Mine");
    await button(`${where} Title`).click();
    await page().getByText("Set in the Application's config").waitFor();
    await page()
      .getByText(/^applications\/site\/application\.yaml:\d+$/)
      .waitFor();
  });

  it("leaves a text of several lines to the comparison of lines, which shows what differs in it", async () => {
    await page().getByLabel("Title").fill("Theirs");
    const plan = page().getByRole("region", { name: "Plan" });
    await plan.getByRole("button", { name: "ConfigMap" }).click();
    await plan.getByText("data.index.html", { exact: true }).waitFor();
    await plan.getByText("A text of several lines").waitFor();
    await plan.getByText("<title>Theirs</title>").waitFor();
    expect(await plan.getByRole("deletion").allTextContents()).toEqual(["Mine"]);
  });

  it("names in the list of values the field a default is for", async () => {
    await opened.go(`${application}/manifests`);
    await page().getByRole("button", { name: "page.text The Blueprint's default for text" }).waitFor();
  });

  it("makes a form of the values' comments where the Blueprint has none, folded and with its defaults", async () => {
    await opened.go("/install/bp-static-site");
    await page().getByText("This Blueprint has no form of its own").waitFor();
    expect(await page().getByLabel("Tone").inputValue()).toBe("0");
    expect(await page().getByLabel("Tone").locator("option").allTextContents()).toEqual(["quiet", "loud"]);
    expect(await page().getByLabel("Pages").inputValue()).toBe("3");
    await page().getByText("How it speaks").waitFor();
    await page().getByRole("switch", { name: "Shout" }).waitFor();
    await page().getByText("Left out is auth.password").waitFor();
    await button("Page").click();
    await page().getByText("The headline of the page").waitFor();
    expect(await page().getByLabel("Default host").count()).toBe(0);
    await page().getByLabel("Size").selectOption("large");
    await expect.poll(() => page().getByLabel("Pages").inputValue()).toBe("7");
    await page().getByLabel("Size").selectOption("small");
    await button(`${where} Pages`).click();
    await page().getByText("The chart's default").waitFor();
  });

  for (const theme of ["light", "dark"] as const)
    it(`is accessible in ${theme} colours, opened`, async () => {
      await colours(theme);
      expect(await violations(page())).toEqual([]);
    });

  it("installs what was filled in, which reaches the chart", async () => {
    await page().getByLabel("Name", { exact: true }).fill("open");
    await page().getByLabel("Title").fill("Open");
    await page().getByLabel("Tone").selectOption("loud");
    await page().getByRole("region", { name: "Plan" }).getByText("bp-static-site").waitFor();
    await button("Install").click();
    await opened.heading(/open/).getByText("Running").waitFor({ timeout: 30_000 });
    expect((await opened.api.get("/environments/demo-dev/applications/open")).config).toEqual({
      page: { title: "Open" },
      tone: "loud",
    });
    expect(await opened.api.page("open.demo-dev")).toContain("<title>Open</title>");
  });

  it("shows what a change alters in an object, field by field", async () => {
    await page().getByRole("link", { name: "Settings", exact: true }).click();
    await button("Page changed").waitFor();
    await page().getByLabel("Pages").fill("4");
    const plan = page().getByRole("region", { name: "Plan" });
    await plan.getByRole("button", { name: "ConfigMap" }).click();
    await plan.getByText("data.pages", { exact: true }).waitFor();
    await plan.getByRole("deletion").getByText("3", { exact: true }).waitFor();
    expect(await violations(page())).toEqual([]);
  });

  it("lists among the manifests what the chart reads, searched", async () => {
    await page().getByRole("link", { name: "Manifests", exact: true }).click();
    await page().getByRole("searchbox", { name: "Search values" }).fill("page title");
    await page().getByRole("button", { name: /^tone/ }).waitFor({ state: "detached" });
    await page().getByRole("button", { name: "page.title Set in the Application's config" }).click();
    await page().getByText("chart/templates/_page.tpl:9:11", { exact: true }).waitFor();
    for (const theme of ["light", "dark"] as const) {
      await colours(theme);
      expect(await violations(page())).toEqual([]);
    }
  });

  it("fits a phone", async () => {
    await page().setViewportSize({ width: 360, height: 740 });
    expect(await opened.overflow()).toBeLessThanOrEqual(0);
    await opened.go("/environments/demo-dev/applications/open/settings");
    await button(`${where} Pages`).click();
    await page().getByText("The chart's default").waitFor();
    expect(await opened.overflow()).toBeLessThanOrEqual(0);
  });

  it("had nothing to complain about in all of this", () => expect(opened.complaints).toEqual([]));
});
