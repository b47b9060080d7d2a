import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How Go's JSON encoder treats a struct field; OpenAPI doesn't say it. */
export interface GoField {
  readonly pointer: boolean;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
}

interface GoStruct {
  readonly fields: Map<string, GoField>;
  /** Embedded structs whose fields are part of this one. */
  readonly inline: string[];
}

/** Looks up the Go declaration behind an OpenAPI definition's field. */
export type GoFieldLookup = (definition: string, field: string) => GoField | undefined;

/** Reads the Go types of the modules that make up the API, at the versions belonging to `kubernetesVersion`. */
export function readGoFields(kubernetesVersion: string): GoFieldLookup {
  const version = kubernetesVersion.replace(/^v1\./, "v0.");
  const packages = new Map<string, Map<string, GoStruct>>();
  return (definition, field) => {
    const [, packageName, type] = /^(.*)\.(\w+)$/.exec(definition) ?? [];
    if (packageName === undefined || type === undefined) return undefined;
    const known = packages.get(packageName) ?? readPackage(packageFolder(packageName, version));
    packages.set(packageName, known);
    return find(known, type, field);
  };
}

function find(types: Map<string, GoStruct>, type: string, field: string): GoField | undefined {
  const struct = types.get(type);
  if (struct === undefined) return undefined;
  const own = struct.fields.get(field);
  if (own !== undefined) return own;
  for (const inline of struct.inline) {
    const inherited = find(types, inline, field);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

const modules = new Map<string, string>();

function packageFolder(packageName: string, version: string): string {
  const [name = "", ...path] = packageName.split(".");
  const module = `k8s.io/${name}`;
  const known = modules.get(module);
  const folder =
    known ??
    (
      JSON.parse(
        execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], {
          encoding: "utf8",
          cwd: "/",
        }),
      ) as { Dir: string }
    ).Dir;
  modules.set(module, folder);
  return join(folder, ...path);
}

function readPackage(folder: string): Map<string, GoStruct> {
  const types = new Map<string, GoStruct>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(".go") || file.endsWith("_test.go") || file.includes("generated")) continue;
    for (const [, name = "", body = ""] of readFileSync(join(folder, file), "utf8").matchAll(
      /^type (\w+) struct \{\n([\s\S]*?)^\}/gm,
    )) {
      types.set(name, readStruct(body));
    }
  }
  return types;
}

function readStruct(body: string): GoStruct {
  const fields = new Map<string, GoField>();
  const inline: string[] = [];
  for (const line of body.split("\n")) {
    const embedded = /^\s+(?:\w+\.)?(\w+)\s+`json:",inline"/.exec(line);
    if (embedded?.[1] !== undefined) inline.push(embedded[1]);
    const match = /^\s+\w+\s+(\S+)\s+`json:"([^",]+)([^"]*)"/.exec(line);
    if (match === null) continue;
    const [, type = "", name = "", options = ""] = match;
    fields.set(name, {
      pointer: type.startsWith("*"),
      omitEmpty: options.includes("omitempty"),
      omitZero: options.includes("omitzero"),
    });
  }
  return { fields, inline };
}
