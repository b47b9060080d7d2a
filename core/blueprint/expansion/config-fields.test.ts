import { describe, expect, it } from "vitest";
import { passwordFields, withoutPasswords } from "./config-fields.ts";

describe("passwordFields", () => {
  it("finds them at any depth", () => {
    const password = { type: "string", "x-catalyst-ui-hint": "password" };
    const schema = { properties: { admin: { properties: { password, name: {} } }, token: password } };
    expect(passwordFields(schema)).toEqual(["admin.password", "token"]);
  });
});

describe("withoutPasswords", () => {
  const password = { type: "string", minLength: 8, "x-catalyst-ui-hint": "password" };

  it("asks for no password, nor for an object that is required for one", () => {
    const schema = {
      type: "object",
      properties: { name: {}, admin: { properties: { password, user: {} }, required: ["password", "user"] } },
      required: ["name", "admin"],
    };
    expect(withoutPasswords(schema)).toEqual({
      type: "object",
      properties: { name: {}, admin: { properties: { password: {}, user: {} }, required: ["user"] } },
      required: ["name"],
    });
  });

  it("is the schema itself when there's none", () => {
    const schema = { properties: { name: {} }, required: ["name"] };
    expect(withoutPasswords(schema)).toBe(schema);
  });
});
