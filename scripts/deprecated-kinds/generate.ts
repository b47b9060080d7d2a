/**
 * Writes `core/charts/lint/deprecated-kinds.generated.json`: which builtin kinds Kubernetes gives up, as its own
 * types say. Needs Go. Run: `node scripts/deprecated-kinds/generate.ts`.
 */
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { moduleFolder } from "../go-module.ts";

/** The one Helm 4.3.1 is built with. */
const source = "k8s.io/api@v0.37.1";
const target = new URL("../../core/charts/lint/deprecated-kinds.generated.json", import.meta.url);

const method = /^func \(in \*(\w+)\) APILifecycle(\w+)\(\)[^{]*\{\s*return (.*)$/gm;

/** What a version's types say of themselves, by kind and method. */
function lifecycles(folder: string): Map<string, Map<string, string>> {
  const kinds = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder).filter(
    (name) => /^[^_].*\.go$/.test(name) && !/_test\.go$/.test(name),
  )) {
    for (const [, kind = "", name = "", value = ""] of readFileSync(join(folder, file), "utf8").matchAll(
      method,
    )) {
      kinds.set(kind, (kinds.get(kind) ?? new Map()).set(name, value));
    }
  }
  return kinds;
}

function apiVersionOf(folder: string): string {
  const text = readFileSync(join(folder, "register.go"), "utf8");
  const [, group = ""] = /GroupName\s*=\s*"([^"]*)"/.exec(text) ?? [];
  const [, version = ""] = /Version:\s*"([^"]*)"/.exec(text) ?? [];
  return group === "" ? version : `${group}/${version}`;
}

function versionOf(value: string | undefined): string | undefined {
  return value
    ?.split(",")
    .map((part) => part.trim())
    .join(".");
}

function replacementOf(value: string | undefined): string | undefined {
  const [, group = "", version, kind] =
    /Group: "(.*)", Version: "(.*)", Kind: "(.*)"/.exec(value ?? "") ?? [];
  return kind === undefined ? undefined : `${group === "" ? "" : `${group}/`}${version} ${kind}`;
}

const root = moduleFolder(source);
const entries = globSync("*/*/register.go", { cwd: root }).flatMap((file) => {
  const folder = dirname(join(root, file));
  if (!existsSync(join(folder, "types.go"))) return [];
  return [...lifecycles(folder)]
    .filter(([kind, methods]) => methods.has("Deprecated") && !kind.endsWith("List"))
    .map(([kind, methods]) => {
      const deprecation = {
        deprecated: versionOf(methods.get("Deprecated")),
        removed: versionOf(methods.get("Removed")),
        replacement: replacementOf(methods.get("Replacement")),
      };
      return `${JSON.stringify(`${apiVersionOf(folder)} ${kind}`)}:${JSON.stringify(deprecation)}`;
    });
});
const head = { source, made: "scripts/deprecated-kinds/generate.ts" };
writeFileSync(target, `{"head":${JSON.stringify(head)},\n"kinds":{\n${entries.sort().join(",\n")}\n}}\n`);
