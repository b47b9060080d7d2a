/**
 * Writes `core/embedded/external-secrets/crds/external-secrets-crds.generated.json`: the definitions of the kinds
 * reconciled there as External Secrets publishes them, in version v1, without descriptions and without the
 * providers nothing here speaks. Needs Go. Run: `node scripts/external-secrets-crds/generate.ts`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { withoutDescriptions } from "../flux-crds/descriptions.ts";

const goModule = "github.com/external-secrets/external-secrets@v1.3.2";
const kinds = ["clustersecretstores", "externalsecrets", "secretstores"];
const apiVersion = "v1";
const provider = "vault";

const target = new URL(
  "../../core/embedded/external-secrets/crds/external-secrets-crds.generated.json",
  import.meta.url,
);

interface Definition {
  readonly spec: { versions: { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[] };
}
interface Schema {
  properties?: Record<string, Schema>;
}

/** Leaves one provider: a store of another one is refused at the API server instead of being ignored. */
function withOneProvider(schema: Schema): void {
  const providers = schema.properties?.["spec"]?.properties?.["provider"];
  const kept = providers?.properties?.[provider];
  if (providers !== undefined && kept !== undefined) providers.properties = { [provider]: kept };
}

const answer = execFileSync("go", ["mod", "download", "-json", goModule], { encoding: "utf8" });
const folder = join((JSON.parse(answer) as { Dir: string }).Dir, "config", "crds", "bases");

const definitions = kinds.map((plural) => {
  const text = readFileSync(join(folder, `external-secrets.io_${plural}.yaml`), "utf8");
  const definition = withoutDescriptions(parse(text)) as Definition;
  definition.spec.versions = definition.spec.versions.filter(({ name }) => name === apiVersion);
  for (const { schema } of definition.spec.versions) withOneProvider(schema.openAPIV3Schema);
  return definition;
});

const head = { source: goModule, made: "scripts/external-secrets-crds/generate.ts" };
writeFileSync(
  target,
  `{"head":${JSON.stringify(head)},\n"definitions":[\n${definitions.map((item) => JSON.stringify(item)).join(",\n")}\n]}\n`,
);
