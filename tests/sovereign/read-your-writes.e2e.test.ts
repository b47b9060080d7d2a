import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ApplicationView } from "@catalyst/model/view";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** Whoever is told of a change can read it, act on it, and change it further, whether it is applied or not. */
let sovereign: Sovereign;
let api: Calls;

const applications = "/environments/demo-dev/applications";
const install = (name: string, title: string) => ({
  name,
  blueprint: { name: "bp-static-site" },
  config: { title },
});

/** An Application with its ETag. */
async function read(name: string): Promise<{ readonly etag: string; readonly view: ApplicationView }> {
  const answer = await fetch(`${sovereign.url}/v1${applications}/${name}`, {
    headers: { authorization: `Bearer ${sovereign.token()}` },
  });
  return { etag: answer.headers.get("etag") ?? "", view: (await answer.json()) as ApplicationView };
}

const titleOf = ({ config }: ApplicationView) => (config as { readonly title?: string }).title ?? "";

beforeAll(async () => {
  sovereign = await startSovereign();
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
});

afterAll(async () => {
  await sovereign.stop();
  rmSync(join(sovereign.data, ".."), { recursive: true, force: true });
});

test("an install that was acknowledged is read at once", async () => {
  for (const name of ["one", "two", "three"]) {
    const { commit } = await api.post(applications, install(name, "Hello"));
    const { etag, view } = await read(name);
    expect(view).toMatchObject({ name, config: { title: "Hello" }, commit: { id: commit } });
    expect(etag).toBe(`"${commit}"`);
    const { items } = await api.get(applications);
    expect(items.map((item: { name: string }) => item.name)).toContain(name);
    expect((await api.get(`${applications}/${name}/history`)).items[0].id).toBe(commit);
  }
  expect((await api.get("/environments/demo-dev")).applications.total).toBe(3);
});

test.each([
  ["pause", {}],
  ["resume", {}],
  ["retry", {}],
  ["rollback", { commit: true }],
] as const)("%s right after the install", async (action, wanted) => {
  const name = `for-${action}`;
  const { commit } = await api.post(applications, install(name, "Hello"));
  const body = "commit" in wanted ? { commit } : undefined;
  await api.post(`${applications}/${name}/actions/${action}`, body);
  expect((await read(name)).view.suspended).toBe(action === "pause");
});

test("a change right after a change keeps what the first one said", async () => {
  await api.post(applications, install("site", "First"));
  for (const title of ["Second", "Third", "Fourth"]) {
    await api.patch(`${applications}/site`, { config: { title } });
    const { etag, view } = await read("site");
    expect(view.config).toEqual({ title });
    const config = { ...view.config, themeColor: "#112233" };
    await api.patch(`${applications}/site`, { config }, { "if-match": etag });
    expect((await read("site")).view.config).toEqual({ title, themeColor: "#112233" });
  }
});

test("what a reader sees is one picture while commits are made and applied", async () => {
  await api.post(applications, install("busy", "0"));
  const committed = new Map<string, string>();
  const seen: { readonly etag: string; readonly title: string }[] = [];
  let over = false;
  const reading = (async () => {
    while (!over) {
      const { etag, view } = await read("busy");
      seen.push({ etag, title: titleOf(view) });
    }
  })();
  for (let number = 1; number <= 8; number++) {
    const title = String(number);
    const { commit } = await api.patch(`${applications}/busy`, { config: { title } });
    committed.set(`"${commit}"`, title);
  }
  over = true;
  await reading;
  const told = seen.filter(({ etag }) => committed.has(etag));
  expect(told.length).toBeGreaterThan(0);
  for (const { etag, title } of told) expect(title).toBe(committed.get(etag));
});

test("an operation isn't done before its change is", async () => {
  await api.post(applications, install("slow", "Before"));
  await eventually("it is Running", async () => (await read("slow")).view.phase === "Running");
  const { operation } = await api.patch(`${applications}/slow`, { config: { title: "After" } });
  await eventually(
    "the operation is done",
    async () => (await api.get(`/operations/${operation.id}`)).status === "succeeded",
  );
  expect(await api.page("slow.demo-dev")).toContain("<title>After</title>");
});

test("a removal is seen at once, and ends", async () => {
  await api.post(applications, install("gone", "Hello"));
  await api.delete(`${applications}/gone`);
  const status = await api.status(`${applications}/gone`);
  if (status === 200) expect((await read("gone")).view.phase).toBe("Deleting");
  await eventually("it is gone", async () => (await api.status(`${applications}/gone`)) === 404);
});

test("an Organization and an Environment that were acknowledged are read at once, and ready in the end", async () => {
  const organization = await api.post("/organizations", { name: "acme", displayName: "Acme" });
  expect(await api.get("/organizations/acme")).toMatchObject({ displayName: "Acme" });
  const environment = await api.post("/organizations/acme/environments", { type: "stg" });
  expect(await api.get("/environments/acme-stg")).toMatchObject({ organization: "acme", type: "stg" });
  for (const { operation } of [organization, environment])
    await eventually(
      `${operation.kind} succeeds`,
      async () => (await api.get(`/operations/${operation.id}`)).status === "succeeded",
    );
  expect(await api.get("/environments/acme-stg")).toMatchObject({ ready: true });
});

test("the removal of an Environment succeeds once it is gone", async () => {
  const { operation } = await api.delete("/environments/acme-stg");
  await eventually(
    "the removal succeeds",
    async () => (await api.get(`/operations/${operation.id}`)).status === "succeeded",
  );
  expect(await api.status("/environments/acme-stg")).toBe(404);
  const removed = await api.delete("/organizations/acme");
  await eventually(
    "the Organization's removal succeeds",
    async () => (await api.get(`/operations/${removed.operation.id}`)).status === "succeeded",
  );
  expect(await api.status("/organizations/acme")).toBe(404);
});

test("nothing of all this went wrong on the way", () => {
  const lines = readFileSync(join(sovereign.data, "catalyst.log"), "utf8").trim().split("\n");
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
  expect(warnings).toEqual([]);
});
