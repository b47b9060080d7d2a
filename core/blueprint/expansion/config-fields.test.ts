import { describe, expect, it } from "vitest";
import { passwordFields } from "./config-fields.ts";

describe("passwordFields", () => {
  it("finds them at any depth", () => {
    const password = { type: "string", "x-catalyst-ui-hint": "password" };
    const schema = { properties: { admin: { properties: { password, name: {} } }, token: password } };
    expect(passwordFields(schema)).toEqual(["admin.password", "token"]);
  });
});
