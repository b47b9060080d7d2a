import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Arguments } from "../../cli/command.ts";
import { anonymous } from "./access.ts";
import { registryFiles, repositoriesFile } from "./helm-files.ts";
import { registryLogin } from "./registry-login.ts";
import { accessByAddress, readRepositories } from "./repositories.ts";

function given(options: Readonly<Record<string, string>> = {}): Arguments {
  return { positionals: [], text: (name) => options[name], texts: () => [], flag: () => false };
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "helm-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("helm's files", () => {
  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ["an option", { "repository-config": "r.yaml" }, { HELM_REPOSITORY_CONFIG: "/b" }, "/here/r.yaml"],
    ["their variable", {}, { HELM_REPOSITORY_CONFIG: "/b/r.yaml", HELM_CONFIG_HOME: "/c" }, "/b/r.yaml"],
    ["helm's folder", {}, { HELM_CONFIG_HOME: "/c", XDG_CONFIG_HOME: "/d" }, "/c/repositories.yaml"],
    ["the folder of configuration", {}, { XDG_CONFIG_HOME: "/d" }, "/d/helm/repositories.yaml"],
  ])("are found by %s", (_name, options, env, path) => {
    expect(repositoriesFile(given(options), "/here", env)).toBe(path);
  });

  test("of registries come before Docker's", () => {
    const own = registryFiles(given(), "/here", { HELM_CONFIG_HOME: "/c", DOCKER_CONFIG: "/e" });
    expect(own).toEqual(["/c/registry/config.json", "/e/config.json"]);
    const named = registryFiles(given({ "registry-config": "r.json" }), "/here", {});
    expect(named).toEqual(["/here/r.json", join(homedir(), ".docker/config.json")]);
  });
});

describe("what one is signed in to a registry with", () => {
  const login = { username: "ann", password: "open:sesame" };
  const auth = Buffer.from("ann:open:sesame").toString("base64");

  test.each<[string, unknown]>([
    ["a pair", { auths: { "r.example": { auth } } }],
    ["a pair by address", { auths: { "https://r.example": { auth } } }],
    ["two fields", { auths: { "r.example": login } }],
  ])("stands as %s", (_name, content) => {
    expect(registryLogin("r.example", [write("a.json", content)])).toEqual(login);
    expect(registryLogin("other.example", [write("a.json", content)])).toBeUndefined();
  });

  test("is the first file's that knows it", () => {
    const files = [
      write("a.json", {}),
      write("b.json", { auths: { "r.example": { auth } } }),
      "/no/such/file",
    ];
    expect(registryLogin("r.example", files)).toEqual(login);
  });

  test.skipIf(process.platform === "win32")("is asked of a program, whose host may know nothing", () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const script = `#!/bin/sh
read -r host
[ "$host" = r.example ] && echo '{"Username":"ann","Secret":"open:sesame"}' && exit 0
echo "credentials not found in native keychain"; exit 1
`;
    writeFileSync(join(bin, "docker-credential-box"), script);
    chmodSync(join(bin, "docker-credential-box"), 0o755);
    const before = process.env["PATH"] ?? "";
    process.env["PATH"] = `${bin}${delimiter}${before}`;
    try {
      const files = [write("a.json", { credsStore: "box" })];
      expect(registryLogin("r.example", files)).toEqual(login);
      expect(registryLogin("other.example", files)).toBeUndefined();
      const helper = [write("b.json", { credHelpers: { "r.example": "none" } })];
      expect(() => registryLogin("r.example", helper)).toThrow("docker-credential-none isn't there");
    } finally {
      process.env["PATH"] = before;
    }
  });

  test("isn't told when its file can't be read", () => {
    const file = write("a.json", `{"auths": {"r.example": {"auth": "${auth}"`);
    expect(() => registryLogin("r.example", [file])).toThrow(file);
    try {
      registryLogin("r.example", [file]);
    } catch (error) {
      expect(String(error)).not.toContain(auth);
    }
  });
});

describe("repositories that helm knows", () => {
  test("give access to their address, whatever its slashes, and to no other", () => {
    const url = "https://charts.example/a/";
    const entry = { name: "a", url, username: "ann", password: "x", pass_credentials_all: true };
    const known = readRepositories(write("r.yaml", { repositories: [entry] }));
    expect(known.map(({ name }) => name)).toEqual(["a"]);
    const access = { username: "ann", password: "x", passCredentials: true, unverified: false };
    expect(accessByAddress(known, "https://charts.example/a")).toMatchObject(access);
    expect(accessByAddress(known, "https://charts.example//a/")).toMatchObject(access);
    for (const other of [
      "https://charts.example/b",
      "http://charts.example/a",
      "https://charts.example:8443/a",
    ])
      expect(accessByAddress(known, other)).toEqual(anonymous);
  });

  test("are none without their file, and what is wrong in it isn't told", () => {
    expect(readRepositories(join(folder, "none.yaml"))).toEqual([]);
    const path = write("r.yaml", "repositories:\n- password: [hunter2\n");
    expect(() => readRepositories(path)).toThrow(path);
    try {
      readRepositories(path);
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
    }
  });
});
