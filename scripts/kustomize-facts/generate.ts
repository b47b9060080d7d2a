/**
 * Writes what Kustomize knows of Kubernetes' kinds: where names, labels, images and so on stand in them
 * (`field-specs.generated.json`, from Kustomize's built-in configuration), how their lists merge and which live in
 * namespaces (`openapi.generated.json`, from the OpenAPI documents it has built in). Needs Go. Run:
 * `node scripts/kustomize-facts/generate.ts`.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  mergeRules,
  type OpenApiDocument,
  scopes,
  usefulRules,
} from "../../core/kustomize/openapi/merge-rules.ts";
import { moduleFolder } from "../go-module.ts";

const kustomizeModule = "sigs.k8s.io/kustomize/api@v0.21.1";
const kyamlModule = "sigs.k8s.io/kustomize/kyaml@v0.21.1";
const target = (name: string) => new URL(`../../core/kustomize/data/${name}.generated.json`, import.meta.url);

function write(name: string, source: string, data: Readonly<Record<string, unknown>>): void {
  const head = { source, made: "scripts/kustomize-facts/generate.ts" };
  const lines = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  writeFileSync(target(name), `{"head":${JSON.stringify(head)},\n${lines.join(",\n")}}\n`);
}

/** `name = "…" + other`, with Go's raw strings. */
const constant = /(\w+)\s*=\s*((?:`[^`]*`|[a-z]\w*FieldSpecs)(?:\s*\+\s*(?:`[^`]*`|\w+))*)/g;

function fieldSpecs(): Record<string, unknown> {
  const folder = join(moduleFolder(kustomizeModule), "internal", "konfig", "builtinpluginconsts");
  const texts = new Map<string, string>();
  const expressions = readdirSync(folder)
    .sort()
    .flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(constant)]);
  // The configuration stands in Go's raw strings, some put together from others.
  const textOf = (expression: string): string =>
    expression
      .split(/\s*\+\s*(?=`|\w)/)
      .map((part) => (part.startsWith("`") ? part.slice(1, -1) : (texts.get(part) ?? "")))
      .join("");
  for (const pass of [1, 2]) {
    for (const [, name = "", expression = ""] of expressions) {
      if (pass === 2 || !/\+/.test(expression)) texts.set(name, textOf(expression));
    }
  }
  const specs: Record<string, unknown> = {};
  for (const text of texts.values()) {
    const parsed: unknown = parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) Object.assign(specs, parsed);
  }
  return specs;
}

/** Runs `openapi.go`, which prints the OpenAPI documents that Kustomize has built in. */
function builtInDocuments(): {
  kubernetes: OpenApiDocument;
  kustomization: OpenApiDocument;
  version: string;
} {
  const folder = mkdtempSync(join(tmpdir(), "kustomize-facts-"));
  const go = (...words: string[]) =>
    execFileSync("go", words, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  try {
    copyFileSync(new URL("openapi.go", import.meta.url), join(folder, "openapi.go"));
    go("mod", "init", "facts");
    go("get", kyamlModule, kustomizeModule);
    return JSON.parse(go("run", "-mod=mod", "."));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const documents = builtInDocuments();
const { kinds, definitions } = usefulRules(mergeRules([documents.kubernetes, documents.kustomization]));
write("field-specs", kustomizeModule, fieldSpecs());
write("openapi", `${kyamlModule}, Kubernetes ${documents.version}`, {
  version: documents.version,
  kinds,
  scopes: scopes(documents.kubernetes),
  definitions,
});
