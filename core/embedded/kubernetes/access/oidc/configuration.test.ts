import { readFileSync } from "node:fs";
import { isCatalystError } from "@catalyst/base/errors";
import { describe, expect, it, test } from "vitest";
import {
  comparableFaults,
  configurations,
  documentOf,
} from "../conformance/authentication-configurations.ts";
import { readAuthenticationConfiguration } from "./configuration.ts";

/** What a real API server said of the same configurations; tests/lab/authentication.test.ts records it. */
const recorded = JSON.parse(
  readFileSync(new URL("../conformance/golden/authentication-faults.json", import.meta.url), "utf8"),
) as Record<string, string>;

interface Fault {
  readonly field: string;
  readonly message: string;
}

async function faultsOf(document: unknown): Promise<readonly Fault[]> {
  try {
    await readAuthenticationConfiguration(document);
    return [];
  } catch (error) {
    if (!isCatalystError(error, "authentication-configuration-invalid")) throw error;
    return error.details?.["faults"] as readonly Fault[];
  }
}

describe("a configuration of authentication is refused as by a real API server", () => {
  test.each(Object.entries(configurations))("%s", async (name, jwt) => {
    const lines = (await faultsOf(documentOf(jwt))).map(({ field, message }) => `${field}: ${message}`);
    expect(comparableFaults(lines.join(", "))).toBe(recorded[name]);
  });
});

describe("a configuration of authentication says what in it can't be read", () => {
  const issuer = { url: "https://a.example", audiences: ["a"] };
  it.each<[string, unknown, readonly string[]]>([
    ["nothing", undefined, ["configuration"]],
    ["another kind", { apiVersion: "apiserver.config.k8s.io/v1", kind: "Other" }, ["kind"]],
    ["another version", { apiVersion: "v1", kind: "AuthenticationConfiguration" }, ["apiVersion"]],
    ["a field there isn't", documentOf([{ issuer: { ...issuer, uri: "x" } }]), ["jwt[0].issuer.uri"]],
    [
      "fields of another type",
      documentOf([{ issuer: { url: 7, audiences: "a" } }]),
      ["jwt[0].issuer.url", "jwt[0].issuer.audiences"],
    ],
    ["what isn't served", { ...documentOf([]), anonymous: { enabled: false } }, ["anonymous"]],
    ["a field of every object's", documentOf([{ constructor: "x" }]), ["jwt[0].constructor"]],
  ])("%s", async (_what, document, fields) => {
    expect((await faultsOf(document)).map(({ field }) => field)).toEqual(fields);
  });
});

describe("a configuration of authentication is read", () => {
  const issuer = { url: "https://a.example", audiences: ["a"] };
  const username = { claim: "sub", prefix: "" };

  it("with an empty text as none, as Go reads it, but for a prefix", async () => {
    const document = documentOf([
      {
        issuer: { ...issuer, discoveryURL: "", certificateAuthority: "", audienceMatchPolicy: "" },
        claimMappings: {
          username: { ...username, expression: "" },
          groups: { claim: "", expression: "claims.roles" },
          uid: { claim: "", expression: "" },
        },
        claimValidationRules: [
          { claim: "hd", requiredValue: "", expression: "", message: "" },
          { claim: "", expression: "claims.sub != ''", message: "" },
        ],
      },
    ]);
    expect(await readAuthenticationConfiguration(document)).toEqual([
      {
        issuer,
        claimMappings: { username, groups: { expression: "claims.roles" } },
        claimValidationRules: [{ claim: "hd" }, { expression: "claims.sub != ''" }],
      },
    ]);
  });

  it("with a mapping that has nothing as none", async () => {
    const document = documentOf([{ issuer, claimMappings: { username, groups: {}, uid: {} } }]);
    expect(await readAuthenticationConfiguration(document)).toEqual([
      { issuer, claimMappings: { username } },
    ]);
  });
});
