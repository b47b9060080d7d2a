/**
 * Writes what Kustomize knows of Kubernetes' kinds: where names, labels, images and so on stand in them
 * (`field-specs.generated.json`, from Kustomize's built-in configuration) and how their lists merge
 * (`merge-keys.generated.json`, from the published OpenAPI document). Needs Go. Run:
 * `node scripts/kustomize-facts/generate.ts`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const kustomizeModule = "sigs.k8s.io/kustomize/api@v0.21.1";
const kubernetesModule = "k8s.io/kubernetes@v1.36.3";
const target = (name: string) => new URL(`../../core/kustomize/data/${name}.generated.json`, import.meta.url);

/** Gives the folder of a Go module, downloading it when needed. */
function moduleFolder(module: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", module], { encoding: "utf8" });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

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

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

interface Field {
  /** The definition of the field, or of its items. */
  readonly of?: string;
  /** Lists only: the key its items merge by. */
  readonly key?: string;
  /** Lists of plain values that merge as a set. */
  readonly set?: true;
}

const refName = (schema: Schema | undefined) => schema?.$ref?.replace("#/definitions/", "");

function fieldOf(schema: Schema): Field | undefined {
  const of = refName(schema) ?? refName(schema.items);
  const key = schema["x-kubernetes-patch-merge-key"];
  const merges = schema["x-kubernetes-patch-strategy"]?.split(",").includes("merge") === true;
  if (schema.type === "array" && key === undefined) return merges ? { set: true } : undefined;
  if (of === undefined) return undefined;
  return key === undefined ? { of } : { of, key };
}

function mergeKeys(): Record<string, unknown> {
  const file = join(moduleFolder(kubernetesModule), "api", "openapi-spec", "swagger.json");
  const { definitions } = JSON.parse(readFileSync(file, "utf8")) as { definitions: Record<string, Schema> };
  const all = new Map<string, Record<string, Field>>();
  const kinds: Record<string, string> = {};
  for (const [name, schema] of Object.entries(definitions)) {
    const fields = Object.entries(schema.properties ?? {}).flatMap(([field, value]) => {
      const found = fieldOf(value);
      return found === undefined ? [] : [[field, found] as const];
    });
    all.set(name, Object.fromEntries(fields));
    for (const { group, version, kind } of schema["x-kubernetes-group-version-kind"] ?? []) {
      if (schema.properties?.["metadata"] !== undefined && !kind.endsWith("List")) {
        kinds[`${group === "" ? version : `${group}/${version}`}/${kind}`] = name;
      }
    }
  }
  // A definition without any merging list below it says nothing.
  const useful = new Set<string>();
  for (let before = -1; before !== useful.size; ) {
    before = useful.size;
    for (const [name, fields] of all) {
      const says = ({ key, set, of }: Field) => key !== undefined || set === true || useful.has(of ?? "");
      if (Object.values(fields).some(says)) useful.add(name);
    }
  }
  const kept = [...useful].sort().map((name) => {
    const fields = Object.entries(all.get(name) ?? {}).filter(
      ([, { key, set, of }]) => key !== undefined || set === true || useful.has(of ?? ""),
    );
    return [name, Object.fromEntries(fields)] as const;
  });
  const served = Object.entries(kinds).filter(([, name]) => useful.has(name));
  return { kinds: Object.fromEntries(served), definitions: Object.fromEntries(kept) };
}

write("field-specs", kustomizeModule, fieldSpecs());
write("merge-keys", kubernetesModule, mergeKeys());
