/**
 * Writes `core/embedded/ingress/gateway/crds/gateway-crds.generated.json`: the definitions of Gateway API's kinds that
 * are reconciled there, as its standard channel publishes them, without descriptions; and in the head which features
 * its conformance suite knows. Needs Go. Run: `node scripts/gateway-crds/generate.ts`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { withoutDescriptions } from "../flux-crds/descriptions.ts";

const goModule = "sigs.k8s.io/gateway-api@v1.6.0";
const kinds = ["gatewayclasses", "gateways", "httproutes", "referencegrants"];

const target = new URL(
  "../../core/embedded/ingress/gateway/crds/gateway-crds.generated.json",
  import.meta.url,
);

interface Definition {
  readonly spec: { versions: { readonly storage: boolean }[] };
}

const answer = execFileSync("go", ["mod", "download", "-json", goModule], { encoding: "utf8" });
const folder = join((JSON.parse(answer) as { Dir: string }).Dir, "config", "crd", "standard");

const definitions = kinds.map((plural) => {
  const text = readFileSync(join(folder, `gateway.networking.k8s.io_${plural}.yaml`), "utf8");
  return withoutDescriptions(parse(text)) as Definition;
});

const head = { source: goModule, made: "scripts/gateway-crds/generate.ts" };
writeFileSync(
  target,
  `{"head":${JSON.stringify(head)},\n"definitions":[\n${definitions.map((item) => JSON.stringify(item)).join(",\n")}\n]}\n`,
);
