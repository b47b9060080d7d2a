import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { describe, expect, it } from "vitest";
import { declaredForm, valuesForm } from "./form.ts";

const blueprint: BlueprintSpec = {
  version: "1.0.0",
  card: { title: "Blog" },
  sizes: { small: {}, large: { replicas: 3, page: { title: "Large" } } },
  defaultSize: "small",
  values: [{ path: "ingress.host", platform: "host" }],
};

const described = {
  type: "object",
  properties: {
    replicas: { type: "integer", default: 1 },
    page: { type: "object", properties: { title: { type: "string", default: "Hello" } } },
    ingress: { type: "object", properties: { host: { type: "string" }, className: { type: "string" } } },
    auth: {
      type: "object",
      properties: { password: { type: ["string", "null"] }, existingSecret: { type: "string" } },
    },
    catalyst: { type: "object" },
    dependencies: { type: "object" },
  },
};

describe("the form of a Blueprint", () => {
  it("is its config schema where it has one", () => {
    const configSchema = { properties: { a: {} } };
    expect(declaredForm({ ...blueprint, configSchema })).toEqual({
      schema: configSchema,
      from: "schema",
      leftOut: [],
    });
    expect(declaredForm(blueprint)).toBeUndefined();
  });

  it("has the chart's values that somebody may set, and says which secrets it leaves out", () => {
    expect(valuesForm(blueprint, described)).toEqual({
      from: "values",
      leftOut: ["auth.password"],
      schema: {
        type: "object",
        properties: {
          replicas: { type: "integer", default: 1 },
          page: { type: "object", properties: { title: { type: "string", default: "Hello" } } },
          ingress: { type: "object", properties: { className: { type: "string" } } },
          auth: { type: "object", properties: { existingSecret: { type: "string" } } },
        },
      },
    });
  });

  it("shows a size's values as what applies unless something is set", () => {
    expect(valuesForm(blueprint, described, "large").schema).toMatchObject({
      properties: { replicas: { default: 3 }, page: { properties: { title: { default: "Large" } } } },
    });
    expect(() => valuesForm(blueprint, described, "huge")).toThrow(
      expect.objectContaining({ code: "blueprint-size-unknown" }),
    );
  });
});
