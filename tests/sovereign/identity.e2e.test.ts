import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./browser.ts";
import { Calls, eventually } from "./calls.ts";
import { callsWith } from "./people.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** Signing in at the embedded identity provider, as a browser does. */
const data = join(mkdtempSync(join(tmpdir(), "catalyst-identity-")), "data");
let sovereign: Sovereign;
let api: Calls;
let password: string;

beforeAll(async () => {
  sovereign = await startSovereign({ data });
  api = new Calls(sovereign);
  password = /password (\S+) \(shown this once\)/.exec(sovereign.output())?.[1] ?? "";
  await eventually(
    "the Organization is there",
    async () => (await api.status("/organizations/demo")) === 200,
  );
});

afterAll(async () => {
  await sovereign.stop();
  rmSync(join(data, ".."), { recursive: true, force: true });
});

const me = async (browser: Browser) => JSON.parse((await browser.open("/v1/me")).text).user;

test("a sign-in outlives a restart", async () => {
  const browser = new Browser(sovereign);
  const page = await browser.open("/v1/sign-in?returnTo=/v1/me");
  expect(page.text).toContain("Sign in");
  const wrong = await browser.submit(page, { user: "admin", password: "wrong" });
  expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining("go together")]);
  expect(JSON.parse((await browser.submit(wrong, { user: "admin", password })).text).user).toBe("admin");
  // a library's own words would stand below the block that says how to go on
  expect(sovereign.output().trimEnd().split("\n").at(-1)).toContain("./catalyst down");
  await sovereign.stop();
  sovereign = await startSovereign({ data, ports: sovereign.ports });
  expect(await me(browser)).toBe("admin");
  // the console's own session is lost: the identity provider knows the person and asks for nothing
  browser.forget("/");
  expect(await me(browser)).toBeUndefined();
  const again = await browser.open("/v1/sign-in?returnTo=/v1/me");
  expect(JSON.parse(again.text).user).toBe("admin");
  const stranger = new Browser(sovereign);
  expect((await stranger.open("/v1/sign-in")).text).toContain('name="password"');
});

test("who was brought in chooses a password once, and signs in by it", async () => {
  const ada = { user: "ada", role: "org-developer", name: "Ada" };
  const { passwordLink } = await api.post("/organizations/demo/members", ada);
  const { pathname, search } = new URL(passwordLink);
  const browser = new Browser(sovereign);
  const page = await browser.open(`${pathname}${search}`);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining("ada")]);
  const chosen = { password: "correct horse battery", repeated: "correct horse battery" };
  const different = await browser.submit(page, { ...chosen, repeated: "something else" });
  expect([different.status, different.text]).toEqual([
    400,
    expect.stringMatching(/two passwords .* the same/),
  ]);
  const short = await browser.submit(different, { password: "short", repeated: "short" });
  expect([short.status, short.text]).toEqual([400, expect.stringContaining("12 characters")]);
  expect((await browser.submit(short, chosen)).status).toBe(200);
  const used = await browser.open(`${pathname}${search}`);
  expect([used.status, used.text]).toEqual([410, expect.stringContaining("used or is too old")]);
  const signIn = await browser.open("/v1/sign-in?returnTo=/v1/me");
  const { text } = await browser.submit(signIn, { user: "ada", password: chosen.password });
  expect(JSON.parse(text).user).toBe("ada");
});

test("nobody gets a link to another person's password", async () => {
  await api.post("/organizations", { name: "other", members: [{ user: "ada", role: "org-admin" }] });
  await api.post("/organizations/demo/members", { user: "bob", role: "org-viewer" });
  await eventually("other is there", async () => (await api.status("/organizations/other")) === 200);
  const adaPassword = (await api.post("/organizations/demo/members", { user: "ada", role: "org-developer" }))
    .passwordLink;
  expect(adaPassword).toBeUndefined();
  const browser = new Browser(sovereign);
  const page = await browser.open("/v1/sign-in?returnTo=/v1/me");
  const { csrfToken } = JSON.parse(
    (await browser.submit(page, { user: "ada", password: "correct horse battery" })).text,
  );
  expect(csrfToken).toBeTypeOf("string");
  // bob has no password yet: an org-admin of another Organization may add him, and no more
  const { token } = await browserToken(browser, csrfToken);
  const added = await callsWith(sovereign, token).post("/organizations/other/members", {
    user: "bob",
    role: "org-viewer",
  });
  expect([added.passwordLink, added.signInLink]).toEqual([undefined, undefined]);
  const again = await api.post("/organizations/demo/members", { user: "bob", role: "org-viewer" });
  expect(again.passwordLink).toContain("/identity/password?user=bob&code=");
});

test("a new password ends the sign-ins of the old one", async () => {
  const browser = new Browser(sovereign);
  const page = await browser.open("/v1/sign-in?returnTo=/v1/me");
  await browser.submit(page, { user: "admin", password });
  const { url } = await api.post("/password-links");
  const { pathname, search } = new URL(url);
  const form = await browser.open(`${pathname}${search}`);
  const chosen = { password: "a quite new password", repeated: "a quite new password" };
  const waiting = (await api.post("/sign-in-links")).url as string;
  expect((await browser.submit(form, chosen)).status).toBe(200);
  expect(await me(browser)).toBeUndefined();
  const link = new URL(waiting);
  await browser.open(`${link.pathname}${link.search}`);
  expect(await me(browser)).toBeUndefined();
  const asked = await browser.open("/v1/sign-in?returnTo=/v1/me");
  expect(asked.text).toContain('name="password"');
  expect((await browser.submit(asked, { user: "admin", password })).status).toBe(401);
  const done = await browser.submit(asked, { user: "admin", password: chosen.password });
  expect(JSON.parse(done.text).user).toBe("admin");
});

test("22: who guesses at the Git host is stopped as at the sign-in page", async () => {
  const chosen = "correct horse battery";
  const git = async (secret: string) =>
    (
      await fetch(`${sovereign.url}/git/demo/demo-dev.git/info/refs?service=git-upload-pack`, {
        headers: { authorization: `Basic ${btoa(`ada:${secret}`)}` },
      })
    ).status;
  const ended = `catalyst_${"0".repeat(12)}_${"x".repeat(32)}`;
  for (let count = 0; count < 12; count++) expect(await git(ended)).toBe(401);
  expect(await git(chosen)).toBe(200);
  for (let count = 0; count < 10; count++) expect(await git(`guess ${count}`)).toBe(401);
  expect(await git(chosen)).toBe(401);
  const browser = new Browser(sovereign);
  const page = await browser.open("/v1/sign-in?returnTo=/v1/me");
  const told = await browser.submit(page, { user: "ada", password: chosen });
  expect([told.status, told.text]).toEqual([429, expect.stringContaining("wait five minutes")]);
});

/** A token made in a browser's session. */
async function browserToken(browser: Browser, csrf: string): Promise<{ readonly token: string }> {
  return JSON.parse((await browser.post("/v1/tokens", { name: "test" }, { "x-csrf-token": csrf })).text);
}
