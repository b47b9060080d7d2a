import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FileTree, readFolder } from "../folder/index.ts";
import { withStandIns } from "../testing/index.ts";
import { isPublishable, lintBlueprint, lintRules } from "./lint.ts";

const platform = join(import.meta.dirname, "../../../platform");
const mariadb = await readFolder(join(platform, "mariadb"));

/** mariadb with one file's text changed, or removed. */
function edited(path: string, edit: (text: string) => string | undefined): FileTree {
  const files = new Map(mariadb);
  const text = edit(Buffer.from(files.get(path) ?? []).toString());
  if (text === undefined) files.delete(path);
  else files.set(path, Buffer.from(text));
  return files;
}

function codes(files: FileTree): string[] {
  return [...new Set(lintBlueprint(files).map((finding) => finding.code))];
}

describe("lintBlueprint", () => {
  it.each(readdirSync(platform))("finds nothing wrong with platform/%s", async (name) => {
    expect(lintBlueprint(withStandIns(await readFolder(join(platform, name))))).toEqual([]);
  });

  it.each<[string, string, (text: string) => string | undefined]>([
    ["version-lockstep", "chart/Chart.yaml", (text) => text.replace("version: 1.0.0", "version: 1.0.1")],
    ["version-invalid", "blueprint.yaml", (text) => text.replace("version: 1.0.0", "version: v1")],
    ["chart-name", "chart/Chart.yaml", (text) => text.replace("name: bp-mariadb", "name: mariadb")],
    ["size-unknown", "blueprint.yaml", (text) => text.replace("defaultSize: small", "defaultSize: tiny")],
    [
      "dependency-invalid",
      "blueprint.yaml",
      (text) => text.replace("  sizes:", "  depends: [{ blueprint: bp-x, version: one }]\n  sizes:"),
    ],
    [
      "dependency-invalid",
      "blueprint.yaml",
      (text) =>
        text.replace("  sizes:", "  depends: [{ blueprint: bp-x, version: '*', when: '((' }]\n  sizes:"),
    ],
    ["upgrades-invalid", "blueprint.yaml", (text) => text.replace('">=1.0.0 <2.0.0"', "any older one")],
    [
      "upgrades-invalid",
      "blueprint.yaml",
      (text) => text.replace("    from:", "    migrations: [{ to: v2, reversible: true }]\n    from:"),
    ],
    ["connection-key", "blueprint.yaml", (text) => text.replace("        generate: { length: 24 }\n", "")],
    ["values-mapping", "blueprint.yaml", (text) => text.replace("config: storage", "config: disk")],
    [
      "values-mapping",
      "blueprint.yaml",
      (text) => text.replace("path: persistence.size", "path: volume.size"),
    ],
    ["config-open", "blueprint.yaml", (text) => text.replace(/^ {2}configSchema:\n(?: {4}.*\n)+/m, "")],
    ["config-default", "blueprint.yaml", (text) => text.replace("default: app", "default: 'not allowed'")],
    ["config-undescribed", "blueprint.yaml", (text) => text.replace("        title: Database\n", "")],
    [
      "config-hint",
      "blueprint.yaml",
      (text) =>
        text.replace(
          "        title: Database\n",
          "        title: Database\n        x-catalyst-ui-hint: slider\n",
        ),
    ],
    [
      "config-secret-default",
      "blueprint.yaml",
      (text) =>
        text.replace(
          "        title: Database\n",
          "        title: Database\n        x-catalyst-ui-hint: password\n",
        ),
    ],
    [
      "config-secret-shape",
      "blueprint.yaml",
      (text) =>
        text.replace(
          "        title: Database\n",
          "        title: Database\n        items: {x-catalyst-ui-hint: password}\n",
        ),
    ],
    ["umbrella-hollow", "chart/Chart.yaml", (text) => text.replace(/annotations:[\s\S]*/, "")],
    [
      "umbrella-hollow",
      "chart/Chart.yaml",
      (text) =>
        `${text}dependencies: [{ name: common, version: 1.0.0, repository: "https://charts.example" }]\n`,
    ],
    ["readme-missing", "README.md", () => undefined],
    ["card-incomplete", "card/description.md", () => "\n"],
    ["card-incomplete", "blueprint.yaml", (text) => text.replace("    category: Databases\n", "")],
    ["icon-unsafe", "card/icon.svg", (text) => text.replace("</svg>", "<script>alert(1)</script></svg>")],
    ["icon-unsafe", "card/icon.svg", (text) => text.replace("<ellipse", '<ellipse onload="x()"')],
    [
      "icon-unsafe",
      "card/icon.svg",
      (text) => text.replace("</svg>", '<image href="https://evil.example/x"/></svg>'),
    ],
    ["tests-missing", "tests/upgrade.yaml", () => undefined],
    ["label-missing", "chart/templates/service.yaml", (text) => text.replace(/ {2}labels:\n.*\n/, "")],
    ["image-unpinned", "chart/values.yaml", (text) => text.replace('tag: "11.4"', "tag: latest")],
    [
      "probe-missing",
      "chart/templates/statefulset.yaml",
      (text) => text.replace("livenessProbe:", "lifecycle:"),
    ],
    [
      "resources-missing",
      "blueprint.yaml",
      (text) => text.replace("limits: { memory: 384Mi }", "limits: { memory: null }"),
    ],
    [
      "secret-plaintext",
      "chart/templates/statefulset.yaml",
      (text) => text.replace("- name: MARIADB_AUTO_UPGRADE", "- name: MARIADB_MASTER_PASSWORD"),
    ],
    [
      "secret-plaintext",
      "chart/templates/secret.yaml",
      () => "apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringData: { password: hunter2 }\n",
    ],
    ["observability-default", "chart/values.yaml", (text) => `${text}\nmetrics:\n  enabled: true\n`],
    [
      "observability-default",
      "chart/templates/monitor.yaml",
      () => "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: x }\n",
    ],
    ["render-failed", "chart/templates/service.yaml", (text) => `${text}{{ fail "no" }}`],
    ["yaml-invalid", "blueprint.yaml", (text) => `${text}\n  : [`],
    ["schema-violation", "blueprint.yaml", (text) => text.replace("kind: Blueprint", "kind: Blue")],
    ["blueprint-file-missing", "chart/Chart.yaml", () => undefined],
  ])("finds %s in %s", (code, path, edit) => {
    expect(codes(edited(path, edit))).toContain(code);
  });

  it("asks a Blueprint that is part of a cluster's kit for no installation", () => {
    const kit = new Map(
      edited("blueprint.yaml", (text) => text.replace(/modes: \[single-region\]\n.*\n/, "modes: []\n")),
    );
    for (const path of ["tests/install.yaml", "tests/upgrade.yaml"]) kit.delete(path);
    expect(codes(kit)).toEqual([]);
  });

  it("holds what a wrapped chart makes to every rule but that of labels", () => {
    const wrapped = new Map(
      edited(
        "chart/Chart.yaml",
        (text) => `${text}dependencies: [{ name: inner, version: 1.0.0, repository: "" }]\n`,
      ),
    );
    wrapped.set(
      "chart/charts/inner/Chart.yaml",
      Buffer.from("apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
    );
    const pod =
      "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: i:1 }] }\n";
    wrapped.set("chart/charts/inner/templates/pod.yaml", Buffer.from(pod));
    expect(codes(wrapped)).toEqual(["probe-missing", "resources-missing"]);
  });

  it("names file, field and line", () => {
    const [finding] = lintBlueprint(
      edited("blueprint.yaml", (text) => text.replace("config: storage", "config: disk")),
    );
    expect(finding).toEqual({
      code: "values-mapping",
      severity: "error",
      message: "configSchema has no field disk",
      file: "blueprint.yaml",
      field: "spec.values.2",
      line:
        Buffer.from(mariadb.get("blueprint.yaml") ?? [])
          .toString()
          .split("\n")
          .indexOf("    - path: persistence.size") + 1,
    });
  });

  it("reads old spellings and warns of them", () => {
    const old = edited("blueprint.yaml", (text) =>
      text
        .replace("  name: bp-mariadb\n", "  name: bp-mariadb\n  version: 1.0.0\n")
        .replace("  version: 1.0.0\n  card:", "  card:")
        .replace("tagline:", "summary:")
        .replace(
          "  sizes:",
          "  depends:\n    - bp-x ^1.4\n    - { blueprint: bp-y, version: '*', when: '{{ .config.search }}' }\n  sizes:",
        ),
    );
    const findings = lintBlueprint(old);
    expect(findings.map(({ code, severity, field }) => `${severity} ${code} ${field}`)).toEqual([
      "warning manifest-old-spelling metadata.version",
      "warning manifest-old-spelling spec.card.summary",
      "warning manifest-old-spelling spec.depends.0",
      "warning manifest-old-spelling spec.depends.1.when",
    ]);
    expect(isPublishable(findings)).toBe(true);
  });

  it("is documented rule by rule", () => {
    const page = readFileSync(join(platform, "../docs/authors/blueprints.md"), "utf8").replace(/ +/g, " ");
    const rows = lintRules.map(({ code, severity, summary }) => `| \`${code}\` | ${severity} | ${summary} |`);
    expect(page).toContain(rows.join("\n"));
  });

  it("has one rule per code, each with a sentence", () => {
    expect(new Set(lintRules.map((rule) => rule.code)).size).toBe(lintRules.length);
    for (const rule of lintRules) expect(rule.summary).toMatch(/\.$/);
  });
});
