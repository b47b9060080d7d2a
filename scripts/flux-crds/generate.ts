/**
 * Writes `core/embedded/flux/crds/flux-crds.generated.json`: the definitions of Flux's kinds as Flux publishes
 * them, without descriptions. Needs Go. Run: `node scripts/flux-crds/generate.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { moduleFolder } from "../go-module.ts";
import { withoutDescriptions } from "./descriptions.ts";

/** The Flux release whose controllers these are. */
const fluxVersion = "2.9.5";

const modules = [
  "github.com/fluxcd/source-controller@v1.9.5",
  "github.com/fluxcd/kustomize-controller@v1.9.5",
  "github.com/fluxcd/helm-controller@v1.6.4",
];

const target = new URL("../../core/embedded/flux/crds/flux-crds.generated.json", import.meta.url);

function definitionsOf(module: string): unknown[] {
  const folder = join(moduleFolder(module), "config", "crd", "bases");
  return readdirSync(folder)
    .sort()
    .map((file) => withoutDescriptions(parse(readFileSync(join(folder, file), "utf8"))));
}

const definitions = modules.flatMap(definitionsOf);
const head = { source: modules, fluxVersion, made: "scripts/flux-crds/generate.ts" };
writeFileSync(
  target,
  `{"head":${JSON.stringify(head)},\n"definitions":[\n${definitions.map((item) => JSON.stringify(item)).join(",\n")}\n]}\n`,
);
