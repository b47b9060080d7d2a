import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { hostile, withoutSchema } from "./open-blueprint.ts";
import { addPeople, callsWith } from "./people.ts";
import { publishRelease } from "./releases.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

const applications = "/environments/demo-dev/applications";
const openForm = "/blueprints/bp-static-site/versions/2.0.0";
const password = "hunter2hunter2";

let sovereign: Sovereign;
let api: Calls;
let outsider: Calls;

beforeAll(async () => {
  const first = await startSovereign();
  await first.kill();
  const people = await addPeople(first.data, ["outsider"]);
  sovereign = await startSovereign({ data: first.data });
  api = new Calls(sovereign);
  outsider = callsWith(sovereign, people.outsider.write);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  await install("site", "1.0.1", { title: "Mine" });
  await publishRelease(sovereign, "static-site", "2.0.0", withoutSchema);
  await publishRelease(sovereign, "static-site", "2.0.1", hostile);
  await install("open", "2.0.0", { page: { title: "Open" }, pages: 5 });
}, 180_000);

afterAll(async () => {
  await sovereign.stop();
  rmSync(join(sovereign.data, ".."), { recursive: true, force: true });
});

async function install(name: string, version: string, config: object): Promise<void> {
  await api.post(applications, { name, blueprint: { name: "bp-static-site", version }, config });
  await eventually(
    `${name} is Running`,
    async () => (await api.get(`${applications}/${name}`)).phase === "Running",
  );
}

describe("the form of a Blueprint", () => {
  test("is its own where it has one", async () => {
    const { from, schema } = await api.get("/blueprints/bp-static-site/versions/1.0.1/form");
    expect(from).toBe("schema");
    expect(schema.properties.title.title).toBe("Title");
  });

  test("is made of its chart's values otherwise: comments, the chart's schema, and what may be set", async () => {
    const { from, schema, leftOut } = await api.get(`${openForm}/form`);
    expect(from).toBe("values");
    expect(leftOut).toEqual(["auth.password"]);
    expect(schema.properties).toMatchObject({
      page: {
        properties: {
          title: { type: "string", description: "The headline of the page", default: "It works" },
          themeColor: { type: "string", description: "Six hexadecimal digits" },
        },
      },
      tone: { enum: ["quiet", "loud"], description: "How it speaks" },
      pages: { type: "integer", minimum: 1, maximum: 9, default: 3 },
      shouting: { type: "boolean", title: "Shout" },
    });
    expect(Object.keys(schema.properties.ingress.properties)).not.toContain("defaultHost");
    expect((await api.get(`${openForm}/form?size=large`)).schema.properties.pages.default).toBe(7);
  });

  test("without a schema, config reaches the chart", async () => {
    expect(await api.page("open.demo-dev")).toContain("<title>Open</title>");
  });

  test("25: without a schema, a secret in config is refused, and stands in no answer", async () => {
    const change = { config: { auth: { password } } };
    for (const query of ["", "?dryRun=true"]) {
      const response = await api.send("PATCH", `${applications}/open${query}`, change);
      const text = await response.text();
      expect(text).toContain("config-secret-plaintext");
      expect(text).not.toContain(password);
    }
  });
});

describe("where a value comes from", () => {
  const only = async (path: string) => {
    const { items } = await api.get(path);
    expect(items).toHaveLength(1);
    return items[0];
  };

  test("by a field of config: who sets it, and every line that reads it", async () => {
    const value = await only(`${applications}/site/values?field=title`);
    expect(value.path).toBe("page.title");
    expect(value.origin).toEqual({
      kind: "config",
      name: "title",
      file: "applications/site/application.yaml",
      line: expect.any(Number),
    });
    expect(value.reads).toContainEqual({
      path: "page.title",
      file: "chart/templates/_page.tpl",
      line: 9,
      column: 11,
      template: "static-site.page",
      text: "<title>{{ .Values.page.title | html }}</title>",
    });
    const document: string = (await api.get(`${applications}/site/manifests`)).document;
    expect(document.split("\n")[value.origin.line - 1]).toContain("title: Mine");
  });

  test.each([
    ["site", "page.themeColor", { kind: "config-default", name: "themeColor", file: "blueprint.yaml" }],
    ["site", "ingress.defaultHost", { kind: "platform", name: "host" }],
    ["site", "ingress.className", { kind: "chart", file: "chart/values.yaml", line: 12 }],
    ["site", "catalyst.sovereign", { kind: "platform" }],
    ["open", "tone", { kind: "chart", file: "chart/values.yaml", line: 13 }],
    [
      "open",
      "page.title",
      { kind: "config", name: "page.title", file: "applications/open/application.yaml" },
    ],
  ])("of %s: %s", async (application, path, origin) => {
    expect((await only(`${applications}/${application}/values?path=${path}`)).origin).toMatchObject(origin);
  });

  test("of a release that nobody installed", async () => {
    const value = await only(`${openForm}/values?field=pages`);
    expect(value.origin).toEqual({ kind: "chart", file: "chart/values.yaml", line: 15 });
    expect(value.reads).toMatchObject([
      { file: "chart/templates/configmap.yaml", text: "pages: {{ .Values.pages | quote }}" },
    ]);
  });

  test("page by page, searched", async () => {
    const all = await api.get(`${applications}/site/values`);
    const seen: string[] = [];
    let next: string | undefined = "";
    while (next !== undefined) {
      const page: { items: { path: string }[]; next?: string } = await api.get(
        `${applications}/site/values?limit=3&cursor=${next}`,
      );
      seen.push(...page.items.map(({ path }) => path));
      next = page.next;
    }
    expect(seen).toEqual(all.items.map(({ path }: { path: string }) => path));
    expect(seen).toHaveLength(all.total);
    const found = await api.get(`${applications}/site/values?search=page%20title`);
    expect(found.items.map(({ path }: { path: string }) => path)).toEqual(["page.title"]);
  });

  test("a chart that can't be followed is told so at once, and the next question is answered", async () => {
    const problem = await api.problem("GET", "/blueprints/bp-static-site/versions/2.0.1/values");
    expect(problem).toMatchObject({ status: 422, code: "chart-limit" });
    expect((await api.get(`${openForm}/values`)).total).toBeGreaterThan(0);
    expect((await api.get("/blueprints/bp-static-site/versions/2.0.1/form")).from).toBe("values");
  });
});

describe("who may not know", () => {
  test.each(["values", "values?field=title"])(
    "of an Application is told what is told of one that isn't there: %s",
    async (part) => {
      const hidden = await outsider.problem("GET", `${applications}/site/${part}`);
      const absent = await outsider.problem("GET", `/environments/none-dev/applications/site/${part}`);
      expect(hidden.status).toBe(404);
      expect(JSON.stringify(hidden).replaceAll("demo", "none")).toBe(JSON.stringify(absent));
      expect(await api.status(`${applications}/none/${part}`)).toBe(404);
    },
  );

  test.each(["form", "values"])("of a release that isn't there gets no %s", async (part) => {
    expect(await api.status(`/blueprints/bp-static-site/versions/9.9.9/${part}`)).toBe(404);
    expect(await api.status(`/blueprints/bp-none/versions/1.0.0/${part}`)).toBe(404);
    const anonymous = await fetch(`${sovereign.url}/v1${openForm}/${part}`);
    expect(anonymous.status).toBe(401);
  });
});
