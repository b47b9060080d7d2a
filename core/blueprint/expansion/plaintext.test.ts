import { describe, expect, it } from "vitest";
import { isSecretName, plaintextFields } from "./plaintext.ts";

describe("isSecretName", () => {
  it.each([
    "password",
    "adminPassword",
    "ROOT_PASSWORD",
    "api-key",
    "apiKey",
    "clientSecret",
    "jwt.token",
    "secretKey",
  ])("takes %s for a secret", (name) => expect(isSecretName(name)).toBe(true));
  it.each(["existingSecret", "secret", "secretName", "imagePullSecret", "passwordKey", "tokens", "user", ""])(
    "takes %s for none",
    (name) => expect(isSecretName(name)).toBe(false),
  );
});

describe("plaintextFields", () => {
  it("goes by the config schema where there is one", () => {
    const schema = { properties: { key: { type: "string", "x-catalyst-ui-hint": "password" } } };
    expect(plaintextFields(schema, { key: "x", password: "y" })).toEqual(["key"]);
    expect(plaintextFields(schema, { key: "" })).toEqual([]);
  });
  it("goes by names where config is the chart's values, at any depth", () => {
    const config = {
      auth: { password: "x", existingSecret: "name", username: "root" },
      users: [{ name: "a", token: "y" }],
      token: "",
      serviceToken: true,
    };
    expect(plaintextFields(undefined, config)).toEqual(["auth.password", "users.0.token"]);
  });
  it("takes a number under a secret's name for a secret, and lists of texts and numbers", () => {
    const config = {
      password: 1234,
      pinToken: 0,
      big: { password: 12345678901234567890n },
      token: ["", "a", 7],
    };
    const fields = ["password", "pinToken", "big.password", "token.1", "token.2"];
    expect(plaintextFields(undefined, config)).toEqual(fields);
  });
  it("takes what only says whether there is a secret for none, and a name's own group", () => {
    const config = { automountServiceAccountToken: false, token: null, password: { length: 12 } };
    expect(plaintextFields(undefined, config)).toEqual([]);
  });
});
