import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

const manifest = (name: string) =>
  JSON.stringify({ name: `@catalyst/${name}`, type: "module", exports: { "./*": "./*.ts" } });

/** A small tree of the same shape, in which each wrong import is made once. */
const files: Readonly<Record<string, string>> = {
  // A project of its own: one in a folder above would take its packages for foreign ones.
  "package.json": JSON.stringify({ type: "module", private: true }),
  "core/base/package.json": manifest("base"),
  "core/base/digest.ts": "export const digest = 1;\n",
  "core/base/upwards.ts": 'export { kind } from "@catalyst/model/kind";\n',
  "core/base/upwards-type.ts": 'import type { Kind } from "@catalyst/model/kind";\nexport type Up = Kind;\n',
  "core/base/upwards.test.ts": 'export { kind } from "@catalyst/model/kind";\n',
  "core/base/left.ts": 'import { right } from "./right.ts";\nexport const left = right;\n',
  "core/base/right.ts": 'import { left } from "./left.ts";\nexport const right: number = left;\n',
  "core/base/to-test.ts": 'export { kind } from "./upwards.test.ts";\n',
  "core/base/nowhere.ts": 'import "./absent.ts";\n',
  "core/model/package.json": manifest("model"),
  "core/model/kind.ts":
    'import { digest } from "@catalyst/base/digest";\nexport type Kind = string;\nexport const kind = digest;\n',
  "core/model/around.ts": 'export { digest } from "../base/digest.ts";\n',
  "core/embedded/git/server.ts": 'export { main } from "@catalyst/app-embedded/main";\n',
  "core/apps/embedded/package.json": manifest("app-embedded"),
  "core/apps/embedded/main.ts": "export const main = 1;\n",
  "core/console/src/page.tsx":
    'import { kind } from "@catalyst/model/kind";\nexport const page = () => <p>{kind}</p>;\n',
  "core/console/src/card.tsx":
    'import type { Kind } from "@catalyst/model/kind";\nexport const card = (name: Kind) => <p>{name}</p>;\n',
};
const packages = { base: "core/base", model: "core/model", "app-embedded": "core/apps/embedded" };

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let folder = "";
let found: ReadonlySet<string> = new Set();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-rules-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, "node_modules/@catalyst"), { recursive: true });
  for (const [name, path] of Object.entries(packages)) {
    symlinkSync(join(folder, path), join(folder, "node_modules/@catalyst", name));
  }
  const cruiser = join(root, "node_modules/.bin/depcruise");
  const rules = join(root, ".dependency-cruiser.cjs");
  const words = [cruiser, "--config", rules, "--output-type", "json", "core"];
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  found = new Set(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the import rules refuse", () => {
  test.each([
    ["an import of a higher layer", "imports-of-base: core/base/upwards.ts -> core/model/kind.ts"],
    [
      "a type-only import of a higher layer",
      "imports-of-base: core/base/upwards-type.ts -> core/model/kind.ts",
    ],
    ["an import of an app", "nobody-imports-apps: core/embedded/git/server.ts -> core/apps/embedded/main.ts"],
    [
      "a value of model in the console",
      "console-imports-types-of-model: core/console/src/page.tsx -> core/model/kind.ts",
    ],
    [
      "a way around a package's exports",
      "a-package-is-entered-by-its-name: core/model/around.ts -> core/base/digest.ts",
    ],
    ["a cycle", "no-cycle: core/base/left.ts -> core/base/right.ts"],
    ["an import of a test", "no-import-of-tests: core/base/to-test.ts -> core/base/upwards.test.ts"],
    ["an import of nothing", "every-import-resolves: core/base/nowhere.ts -> ./absent.ts"],
  ])("%s", (_, violation) => {
    expect([...found]).toContain(violation);
  });
});

describe("the import rules allow", () => {
  test.each([
    ["a lower layer by its package's name", "core/model/kind.ts"],
    ["a test that reaches upwards", "core/base/upwards.test.ts"],
    ["a type of model in the console", "core/console/src/card.tsx"],
  ])("%s", (_, file) => {
    expect([...found].filter((violation) => violation.includes(`: ${file} -> `))).toEqual([]);
  });
});
