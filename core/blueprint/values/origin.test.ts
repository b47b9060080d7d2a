import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { describe, expect, it } from "vitest";
import { valueOrigin, valuesOfField } from "./origin.ts";

const blueprint: BlueprintSpec = {
  version: "1.0.0",
  card: { title: "Blog" },
  configSchema: {
    properties: {
      title: { default: "Hello" },
      lang: {},
      site: { properties: { theme: {} } },
      admin: { type: "string", "x-catalyst-ui-hint": "password" },
    },
  },
  sizes: { small: { replicas: 1, resources: { memory: "64Mi" } }, large: { replicas: 3 } },
  defaultSize: "small",
  values: [
    { path: "page.title", config: "title" },
    { path: "page.lang", config: "lang" },
    { path: "page.site", config: "site" },
    { path: "ingress.host", platform: "host" },
    { path: "auth.password", config: "admin" },
    { path: "auth.existingSecret", secret: "admin" },
    { path: "fixed", value: { deep: 1 } },
  ],
};

describe("valueOrigin", () => {
  const application = { config: { site: { theme: "dark" } } };
  it.each<[string, object, object | undefined]>([
    ["page.title", {}, { kind: "config-default", name: "title" }],
    ["page.title", { config: { title: "Mine" } }, { kind: "config", name: "title" }],
    ["page.lang", {}, undefined],
    ["page.lang", { config: { lang: "en" } }, { kind: "config", name: "lang" }],
    ["page.site.theme", application, { kind: "config", name: "site.theme" }],
    ["page.site.other", application, undefined],
    ["page.site", application, { kind: "config", name: "site" }],
    ["page", application, { kind: "config", name: "site" }],
    ["ingress.host", {}, { kind: "platform", name: "host" }],
    ["catalyst.host", {}, { kind: "platform" }],
    ["dependencies.db", {}, { kind: "platform" }],
    ["auth.password", {}, undefined],
    ["auth.password", { secrets: { admin: 2 } }, { kind: "secret", name: "admin" }],
    ["auth.existingSecret", { secrets: { admin: 2 } }, { kind: "secret", name: "admin" }],
    ["fixed.deep", {}, { kind: "blueprint" }],
    ["fixed.other", {}, undefined],
    ["replicas", {}, { kind: "size", name: "small" }],
    ["replicas", { size: "large" }, { kind: "size", name: "large" }],
    ["resources.memory", { size: "large" }, undefined],
    ["constructor.name", {}, undefined],
  ])("of %s with %o", (path, wish, expected) => {
    expect(valueOrigin(path.split("."), { blueprint, application: wish })).toEqual(expected);
  });

  it("is config itself without a schema, below what the Blueprint sets and above a size", () => {
    const { configSchema: _, ...open } = blueprint;
    const input = {
      blueprint: open,
      application: { config: { replicas: 5, fixed: { deep: 2 }, any: { x: 1 } } },
    };
    expect(valueOrigin(["replicas"], input)).toEqual({ kind: "config", name: "replicas" });
    expect(valueOrigin(["fixed", "deep"], input)).toEqual({ kind: "blueprint" });
    expect(valueOrigin(["any", "x"], input)).toEqual({ kind: "config", name: "any.x" });
  });
});

describe("valuesOfField", () => {
  it.each<[string, string[]]>([
    ["title", ["page.title"]],
    ["site.theme", ["page.site.theme"]],
    ["admin", ["auth.password", "auth.existingSecret"]],
    ["nothing", []],
  ])("of %s", (field, expected) => {
    expect(valuesOfField(field, blueprint).map((path) => path.join("."))).toEqual(expected);
  });
  it("is the value itself without a config schema", () => {
    expect(valuesOfField("a.b", {})).toEqual([["a", "b"]]);
  });
});
