import { describe, expect, it } from "vitest";
import { type FieldSchema, labelOf, type Widget, widgetOf, withField } from "./schema.ts";

describe("the widget of a field", () => {
  const cases: readonly (readonly [name: string, schema: FieldSchema, widget: Widget])[] = [
    ["a text", { type: "string" }, "text"],
    ["a text that may be null", { type: ["string", "null"] }, "text"],
    ["a text that asks for room", { type: "string", "x-catalyst-ui-hint": "textarea" }, "long-text"],
    ["a text that may be long", { type: "string", maxLength: 4000 }, "long-text"],
    ["a colour", { type: "string", "x-catalyst-ui-hint": "color" }, "colour"],
    ["a password", { type: "string", "x-catalyst-ui-hint": "password" }, "password"],
    ["one of some texts", { type: "string", enum: ["a", "b"] }, "choice"],
    ["one of some numbers", { type: "integer", enum: [1, 3] }, "choice"],
    ["yes or no", { type: "boolean" }, "switch"],
    ["a whole number", { type: "integer" }, "number"],
    ["texts", { type: "array", items: { type: "string" } }, "list"],
    ["objects", { type: "array", items: { type: "object" } }, "yaml"],
    ["an object with known fields", { type: "object", properties: { a: {} } }, "object"],
    ["an object with any fields", { type: "object" }, "yaml"],
    ["anything", {}, "yaml"],
  ];
  it.each(cases)("%s", (_, schema, widget) => expect(widgetOf(schema)).toBe(widget));
});

describe("the label of a field", () => {
  it("is its title", () => expect(labelOf("a", { title: "Host name" })).toBe("Host name"));
  it("is made of its name otherwise", () => expect(labelOf("themeColor-two", {})).toBe("Theme color two"));
});

describe("setting a field", () => {
  it("keeps the order of the others", () =>
    expect(Object.keys(withField({ a: 1, b: 2 }, "a", 3))).toEqual(["a", "b"]));
  it("takes it away when there's nothing to set", () =>
    expect(withField({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 }));
});
