import { giteaHost } from "@catalyst/adapter-gitea";
import { systemClock } from "@catalyst/base/clock";
import { basic, openTestHost, type TestHost } from "@catalyst/embedded-git/testing";
import { systemRepository } from "@catalyst/model/naming";
import type { GitHost } from "@catalyst/ports/git";
import { inProcess } from "@catalyst/ports/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Organizations } from "./organizations.ts";

const author = { user: "ada", name: "Ada", email: "ada@example.org" };

let host: TestHost;
let git: GitHost;
let organizations: Organizations;

beforeEach(async () => {
  host = await openTestHost();
  git = giteaHost({
    transport: inProcess(host.handler, basic("catalyst")),
    account: { name: "Catalyst", email: "catalyst@example.org" },
    clock: systemClock,
    capabilities: { receiveVerdict: true },
  });
  await git.ensureOrganization(systemRepository.owner, "");
  await git.ensureRepository(systemRepository);
  await git.write(systemRepository, {
    branch: "main",
    expected: undefined,
    author,
    message: "Begin\n",
    changes: [{ path: "README.md", content: "The system\n" }],
  });
  organizations = new Organizations(git);
});
afterEach(() => host.remove());

const head = () => git.resolve(systemRepository, "main");
const paths = async () => (await git.files(systemRepository, "main")).map((file) => file.path);

test("a plan shows the files and changes nothing", async () => {
  const before = await head();
  const plan = await organizations.plan(organizations.create("acme", { displayName: "Acme" }));
  expect(plan.base).toBe(before);
  expect(plan.files.map(({ path, action }) => [path, action])).toEqual([
    ["organizations/acme/namespace.yaml", "add"],
    ["organizations/acme/organization.yaml", "add"],
  ]);
  expect(plan.files[1]?.diff).toContain("+  displayName: Acme");
  expect(await head()).toBe(before);
});

test("a change is one commit by its author", async () => {
  const commit = await organizations.commit(organizations.create("acme", { members: [] }), author);
  expect(commit).toMatchObject({ id: await head(), message: "Create Organization acme\n" });
  expect(commit.author).toMatchObject({ name: "Ada", email: "ada@example.org" });
  await organizations.commit(organizations.setMember("acme", { user: "bo", role: "org-viewer" }), author);
  await organizations.commit(organizations.setMember("acme", { user: "bo", role: "org-admin" }), author);
  const file = await git.readFile(systemRepository, "main", "organizations/acme/organization.yaml");
  expect(new TextDecoder().decode(file).match(/role: \S+/g)).toEqual(["role: org-admin"]);
});

test("two changes at once both come about", async () => {
  await organizations.commit(organizations.create("acme", { members: [] }), author);
  await Promise.all(
    ["dev", "stg", "prod"].map((type) =>
      organizations.commit(organizations.createEnvironment("acme", type as "dev", {}), author),
    ),
  );
  expect((await paths()).filter((path) => path.includes("/environments/"))).toHaveLength(3);
});

test.each([
  ["a name that is taken", () => organizations.create("acme", {}), "organization-exists"],
  [
    "an Environment that is there",
    () => organizations.createEnvironment("acme", "dev", {}),
    "environment-exists",
  ],
  [
    "an Environment of nobody",
    () => organizations.createEnvironment("none", "dev", {}),
    "organization-missing",
  ],
  ["an Organization that isn't there", () => organizations.change("none", {}), "organization-missing"],
  [
    "an Environment that isn't there",
    () => organizations.removeEnvironment("acme-prod"),
    "environment-missing",
  ],
  ["somebody who is no member", () => organizations.removeMember("acme", "zoe"), "member-missing"],
  ["an Organization with Environments", () => organizations.remove("acme"), "organization-not-empty"],
])("%s is refused, planned or committed", async (_name, change, code) => {
  await organizations.commit(organizations.create("acme", { members: [] }), author);
  await organizations.commit(organizations.createEnvironment("acme", "dev", {}), author);
  const before = await head();
  await expect(organizations.plan(change())).rejects.toMatchObject({ code });
  await expect(organizations.commit(change(), author)).rejects.toMatchObject({ code });
  expect(await head()).toBe(before);
});

test("what keeps an Organization is named", async () => {
  await organizations.commit(organizations.create("acme", { members: [] }), author);
  await organizations.commit(organizations.createEnvironment("acme", "dev", {}), author);
  await expect(organizations.plan(organizations.remove("acme"))).rejects.toThrow("acme still has acme-dev");
});
