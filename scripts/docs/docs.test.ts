import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { schemaProblems } from "@catalyst/blueprint/plan";
import { reasons } from "@catalyst/model/condition";
import { environmentKinds, managementKinds } from "@catalyst/model/kinds";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { kindFacts } from "./kind-facts.ts";
import { generatedPages } from "./pages.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("a generated page", async () => {
  it.each([...(await generatedPages())])("docs/%s is what its source says (npm run docs)", (path, text) => {
    expect(read(join("docs", path))).toBe(text);
  });
});

describe.each([...managementKinds, ...environmentKinds])("the page of $kind", (kind) => {
  const facts = kindFacts[kind.kind];

  it("has an example that fits the schema", () => {
    const { spec } = parse(facts?.example ?? "");
    expect(schemaProblems(kind.spec, spec, ["spec"])).toEqual([]);
  });

  it("explains the reasons its controller gives, and no others", () => {
    // a test also names the reasons of what the controller looks at
    const files = globSync(`core/controllers/${kind.singular}/*.ts`, {
      cwd: root,
      exclude: ["**/*.test.ts"],
    });
    const sources = files.map(read).join("\n");
    const given = [...sources.matchAll(/\breason\b[:= ]+((?:"\w+"[ |]*)+)/g)].flatMap(([, words = ""]) =>
      words.split(/[^\w]+/).filter((word) => word !== ""),
    );
    const explained = [...Object.values<string>(reasons), ...Object.keys(facts?.reasons ?? {})];
    expect(given.filter((reason) => !explained.includes(reason))).toEqual([]);
    for (const reason of Object.keys(facts?.reasons ?? {})) expect(sources).toContain(`"${reason}"`);
  });
});

describe("a link between pages", () => {
  const pages = globSync(["README.md", "CONTRIBUTING.md", "docs/**/*.md"], { cwd: root });

  it.each(pages)("of %s leads somewhere", (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(
      ([, target = ""]) => target,
    );
    const dead = targets.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(dead).toEqual([]);
  });
});
