/**
 * Generates the facts about Kubernetes' own types from the published Go module `k8s.io/kubernetes`: which
 * resources there are, and of each type the fields, list semantics and merge keys. No descriptions: those
 * are our own.
 *
 * Run: node scripts/kubernetes-data/generate.ts [VERSION]   (needs Go, for `go mod download`)
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readColumns } from "./columns.ts";
import { readGoFields } from "./go-fields.ts";
import { servedGroupVersions } from "./groups.ts";
import { readResources } from "./resources.ts";
import { collectTypes, type OpenApiSchema } from "./types.ts";

const target = new URL("../../core/embedded/kubernetes/data/kubernetes.generated.json", import.meta.url);
const version = process.argv[2] ?? "v1.36.3";
const source = JSON.parse(
  execFileSync("go", ["mod", "download", "-json", `k8s.io/kubernetes@${version}`], {
    encoding: "utf8",
    cwd: "/",
  }),
) as { Dir: string; Sum: string };

const schemas: Record<string, OpenApiSchema> = {};
for (const groupVersion of servedGroupVersions) {
  const file = `${groupVersion === "v1" ? "api" : "apis"}__${groupVersion.replace("/", "__")}_openapi.json`;
  const text = readFileSync(join(source.Dir, "api/openapi-spec/v3", file), "utf8");
  Object.assign(schemas, (JSON.parse(text) as { components: { schemas: object } }).components.schemas);
}

const groups = readResources(join(source.Dir, "api/discovery"));
const head = { source: "k8s.io/kubernetes", version, sum: source.Sum };
const types = Object.entries(collectTypes(schemas, readGoFields(version))).sort(([a], [b]) =>
  a < b ? -1 : 1,
);
const columns = Object.entries(readColumns(source.Dir)).sort(([a], [b]) => (a < b ? -1 : 1));
const lines = [
  `{"head":${JSON.stringify(head)},`,
  `"groups":[\n${groups.map((group) => JSON.stringify(group)).join(",\n")}\n],`,
  `"columns":{\n${columns.map(([kind, list]) => `${JSON.stringify(kind)}:${JSON.stringify(list)}`).join(",\n")}\n},`,
  `"types":{\n${types.map(([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`).join(",\n")}\n}}\n`,
];
writeFileSync(target, lines.join("\n"));
