/**
 * Generates the field numbers of Kubernetes' protobuf messages from the published Go modules, for the groups
 * the embedded API server decodes. No comments, no code: message, field number, name and type.
 *
 * Run: node scripts/kubernetes-protobuf/generate.ts [VERSION]   (needs Go, for `go mod download`)
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = new URL("../../core/embedded/kubernetes/protobuf/messages.generated.json", import.meta.url);
const version = process.argv[2] ?? "v0.36.3";

const files: Readonly<Record<string, readonly string[]>> = {
  "k8s.io/apimachinery": ["pkg/api/resource", "pkg/apis/meta/v1", "pkg/runtime", "pkg/util/intstr"],
  "k8s.io/apiextensions-apiserver": ["pkg/apis/apiextensions/v1"],
  "k8s.io/api": [
    "admissionregistration/v1",
    "apps/v1",
    "authentication/v1",
    "authorization/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates/v1",
    "coordination/v1",
    "core/v1",
    "discovery/v1",
    "events/v1",
    "flowcontrol/v1",
    "networking/v1",
    "node/v1",
    "policy/v1",
    "rbac/v1",
    "scheduling/v1",
    "storage/v1",
  ],
  "k8s.io/kube-aggregator": ["pkg/apis/apiregistration/v1"],
};

const scalars = new Set(["string", "bytes", "bool", "int32", "int64", "uint32", "uint64", "double", "float"]);
const messages: Record<string, string> = {};
for (const [name, folders] of Object.entries(files)) {
  const answer = execFileSync("go", ["mod", "download", "-json", `${name}@${version}`], { encoding: "utf8" });
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  for (const folder of folders) readMessages(join(Dir, folder));
}
const lines = Object.entries(messages).map(
  ([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`,
);
const head = JSON.stringify({ sources: Object.keys(files), version });
writeFileSync(target, `{"head":${head},\n"messages":{\n${lines.join(",\n")}\n}}\n`);

/** One text per message: `1 metadata .Type|2 *items string|3 %labels string`; `*` repeated, `%` map to. */
function readMessages(folder: string): void {
  const source = readFileSync(join(folder, "generated.proto"), "utf8");
  const own = /^package ([\w.]+);/m.exec(source)?.[1] ?? "";
  for (const [, name = "", body = ""] of source.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = [
      ...body.matchAll(
        /^ {2}(?:(optional|repeated) ([\w.]+)|map<string, ([\w.]+)>) (\w+) = (\d+)(?: \[[^\]]*\])?;/gm,
      ),
    ].map(([, label, type, value, field, number]) => {
      const mark = value === undefined ? (label === "repeated" ? "*" : "") : "%";
      return `${number} ${mark}${jsonName(folder, name, field)} ${typeName(value ?? type ?? "", own)}`;
    });
    messages[shortName(`${own}.${name}`)] = fields.join("|");
  }
}

/** Messages name a few fields otherwise than JSON does: those begin with a capital. What JSON has is in the Go type. */
function jsonName(folder: string, message: string, field = ""): string {
  if (!/^[A-Z]/.test(field)) return field;
  const sources = readdirSync(folder).filter((file) => /^types.*\.go$/.test(file));
  for (const file of sources) {
    const types = readFileSync(join(folder, file), "utf8");
    const [, struct = ""] =
      new RegExp(`^type ${message} struct \\{\n([\\s\\S]*?)^\\}`, "m").exec(types) ?? [];
    const tag = new RegExp(`json:"([^",]+)[^\`]*protobuf:"[^"]*name=${field}[",]`).exec(struct);
    if (tag?.[1] !== undefined) return tag[1];
  }
  return field;
}

function typeName(type: string, own: string): string {
  if (scalars.has(type)) return type;
  const whole = type.startsWith(".") ? type.slice(1) : type;
  return `.${shortName(whole.startsWith("k8s.io.") ? whole : `${own}.${whole}`)}`;
}

/** As OpenAPI names the type, without the domain. */
function shortName(name: string): string {
  return name.replace(/^k8s\.io\./, "").replace("apiextensions_apiserver", "apiextensions-apiserver");
}
