import { describe, expect, it } from "vitest";
import { chartValues, type PlatformFacts, withDefaults } from "./values.ts";

const platform: PlatformFacts = {
  sovereign: "local",
  organization: "acme",
  environment: "acme-dev",
  application: "blog",
  host: "blog.acme-dev.localhost",
  url: "http://blog.acme-dev.localhost:8700",
  registry: "registry.catalyst.local",
  connectionSecret: "blog-connection",
};

const blueprint = {
  version: "1.0.0",
  card: { title: "Blog" },
  configSchema: {
    type: "object",
    properties: {
      title: { type: "string", default: "Hello" },
      site: { type: "object", properties: { lang: { default: "en" } } },
    },
  },
  sizes: {
    small: { resources: { memory: "64Mi" }, replicas: 1 },
    large: { resources: { memory: "1Gi" }, replicas: 3 },
  },
  defaultSize: "small",
  values: [
    { path: "page.title", config: "title" },
    { path: "page.lang", config: "site.lang" },
    { path: "ingress.host", platform: "host" },
    { path: "replicas", value: 2 },
    { path: "page.missing", config: "nothing" },
  ],
};

describe("chartValues", () => {
  it("lays the mapping over the size and fills in defaults", () => {
    const values = chartValues(blueprint, {}, platform, {
      db: { application: "pg", connectionSecret: "pg-connection" },
    });
    expect(values).toMatchObject({
      resources: { memory: "64Mi" },
      replicas: 2,
      page: { title: "Hello", lang: "en" },
      ingress: { host: "blog.acme-dev.localhost" },
      dependencies: { db: { connectionSecret: "pg-connection" } },
      catalyst: { application: "blog" },
    });
    expect(values["page"]).not.toHaveProperty("missing");
  });

  it("takes config over defaults and leaves the Blueprint as it was", () => {
    const before = structuredClone(blueprint);
    expect(chartValues(blueprint, { size: "large", config: { title: "Mine" } }, platform, {})).toMatchObject({
      resources: { memory: "1Gi" },
      page: { title: "Mine" },
    });
    expect(blueprint).toEqual(before);
  });

  it.each(["huge", "constructor"])("refuses the size %s with the sizes there are", (size) => {
    expect(() => chartValues(blueprint, { size }, platform, {})).toThrow(
      expect.objectContaining({ code: "blueprint-size-unknown", hint: "Choose one of small, large." }),
    );
  });

  it("takes config for the chart's values without a schema: over a size's, below what the Blueprint sets", () => {
    const { configSchema: _, ...open } = blueprint;
    const config = {
      replicas: 9,
      resources: { cpu: "1" },
      ingress: { host: "evil.example", className: "own" },
      catalyst: { sovereign: "evil" },
      list: [1],
    };
    const before = structuredClone(config);
    const values = chartValues(open, { size: "large", config }, platform, {});
    expect(values).toMatchObject({
      replicas: 2,
      resources: { memory: "1Gi", cpu: "1" },
      ingress: { host: "blog.acme-dev.localhost", className: "own" },
      catalyst: { sovereign: "local" },
      list: [1],
    });
    expect(config).toEqual(before);
  });

  it("10: takes __proto__ in config for a key like any other", () => {
    const { configSchema: _, ...open } = blueprint;
    const config = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}');
    chartValues(open, { size: "small", config }, platform, {});
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("refuses a platform fact that doesn't exist", () => {
    const wrong = { ...blueprint, values: [{ path: "a", platform: "toString" }] };
    expect(() => chartValues(wrong, {}, platform, {})).toThrow(
      expect.objectContaining({ code: "blueprint-values-invalid" }),
    );
  });
});

describe("withDefaults", () => {
  it("keeps what is given, null included", () => {
    expect(withDefaults({ properties: { a: { default: 1 }, b: { default: 2 } } }, { a: null })).toEqual({
      a: null,
      b: 2,
    });
  });
});
