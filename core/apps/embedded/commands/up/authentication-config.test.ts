import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EnvironmentError, UsageError } from "../../cli/errors.ts";
import { readIssuers } from "./authentication-config.ts";

const folder = mkdtempSync(join(tmpdir(), "catalyst-authentication-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(join(folder, "authentication.yaml"), text);
  return readIssuers(folder, "authentication.yaml");
}

const good = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: https://login.example.com
    audiences: [sovereign]
  claimMappings:
    username:
      claim: email
      prefix: "login:"
`;

describe("--authentication-config", () => {
  it("gives the issuers of a file, and none without one", async () => {
    expect(await readIssuers(folder, undefined)).toEqual([]);
    expect(await read(good)).toMatchObject([{ issuer: { url: "https://login.example.com" } }]);
  });

  it("says of every fault where it is", async () => {
    const bad = good.replace("https:", "http:").replace('      prefix: "login:"\n', "");
    const error: unknown = await read(bad).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    const where = (error as UsageError).message.split("\n").map((line) => /^\S+ \S+/.exec(line)?.[0]);
    expect(where).toEqual([
      "authentication.yaml:5: jwt[0].issuer.url:",
      "authentication.yaml:9: jwt[0].claimMappings.username.prefix:",
    ]);
  });

  it("refuses what isn't YAML, and a file that isn't there", async () => {
    await expect(read("jwt: [")).rejects.toThrow(UsageError);
    await expect(readIssuers(folder, "missing.yaml")).rejects.toThrow(EnvironmentError);
  });
});
