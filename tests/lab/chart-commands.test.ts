import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withCaseFolder } from "../charts/cases.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const root = resolve(import.meta.dirname, "../..");

/** The charts that are shipped, by path from the repository's root. */
const shipped = globSync("platform/*/chart", { cwd: root }).sort();

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "chart commands print what helm prints",
  () => {
    let folder = "";

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "chart-commands-"));
      execFileSync(programPath("helm"), ["create", "web"], { cwd: folder, stdio: "ignore" });
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    function compare(words: readonly string[]) {
      const helm = execFileSync(programPath("helm"), words, { cwd: folder, encoding: "utf8" });
      const options = { cwd: folder, encoding: "utf8" } as const;
      const own = spawnSync(join(root, "catalyst"), ["chart", ...words], options);
      expect(own.stderr).toBe("");
      expect(own.stdout).toBe(helm);
    }

    test.each([
      ["a new chart", ["template", "site", "web"]],
      ["no release name", ["template", "web"]],
      ["values by --set", ["template", "site", "web", "--set", "replicaCount=3,ingress.enabled=true"]],
      ["values as JSON", ["template", "site", "web", "--set-json", '{"autoscaling":{"enabled":true}}']],
      ["another namespace and version", ["template", "site", "web", "-n", "shop", "--kube-version", "1.30"]],
      ["one template alone", ["template", "site", "web", "--show-only", "templates/deployment.yaml"]],
      ["without tests", ["template", "site", "web", "--skip-tests"]],
      ["its definition", ["show", "chart", "web"]],
      ["its values", ["show", "values", "web"]],
      ["what lint says", ["lint", "web"]],
      ["all of it", ["show", "all", "web"]],
    ])("%s", (_, words) => compare(words));

    test.each(shipped)("%s", async (chart) => {
      expect(existsSync(join(root, chart, "Chart.yaml"))).toBe(true);
      await withCaseFolder(join(root, chart), {}, (prepared) =>
        compare(["template", "demo", prepared, "--namespace", "demo"]),
      );
    });
  },
);
