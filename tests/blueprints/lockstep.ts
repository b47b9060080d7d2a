import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "@catalyst/base/json";
import { newestFirst } from "@catalyst/base/version";
import { parseYamlStream } from "@catalyst/base/yaml";

/** A version as one file of a checkout says it. */
interface Said {
  readonly file: string;
  readonly version: string;
}

/** Where the bootstrap kit lies in a checkout. */
export const bootstrapKit = "clusters/_template/bootstrap-kit";

/**
 * Gives a sentence for each file of a checkout whose version stayed behind, naming the file to bump: of a Blueprint
 * `blueprint.yaml`, `chart/Chart.yaml` and its pin in the bootstrap kit, where it is in the kit; of a chart that it
 * wraps the dependency, `Chart.lock` and `catalystBlueprint.upstream` of the values.
 */
export function lockstepProblems(checkout: string): readonly string[] {
  const read = reader(checkout);
  const blueprints = globSync("{platform,products}/*/blueprint.yaml", { cwd: checkout }).sort();
  const pins = globSync(`${bootstrapKit}/*.yaml`, { cwd: checkout })
    .sort()
    .flatMap((file) => pinsOf(file, checkout));
  const names = new Set<string>();
  const behind = blueprints.flatMap((manifest) => {
    const folder = manifest.slice(0, manifest.lastIndexOf("/"));
    const name = at(read(manifest), "metadata", "name");
    names.add(name);
    const own = [
      { file: manifest, version: at(read(manifest), "spec", "version") },
      { file: `${folder}/chart/Chart.yaml`, version: at(read(`${folder}/chart/Chart.yaml`), "version") },
      ...pins.filter((pin) => pin.name === name),
    ];
    return [...staysBehind(name, own), ...upstreams(folder, read)];
  });
  const strangers = pins
    .filter(({ name }) => !names.has(name))
    .map(({ file, name }) => `${file} pins ${name}, and no folder of platform/ or products/ has it`);
  return [...behind, ...strangers];
}

type Read = (file: string) => unknown;

function reader(checkout: string): Read {
  return (file) => {
    const path = join(checkout, file);
    return existsSync(path) ? parseYamlStream(readFileSync(path, "utf8"), { file })[0]?.value : undefined;
  };
}

function pinsOf(file: string, checkout: string): readonly (Said & { readonly name: string })[] {
  return parseYamlStream(readFileSync(join(checkout, file), "utf8"), { file })
    .filter(({ value }) => at(value, "kind") === "HelmRelease")
    .map(({ value }) => {
      const chart = ["spec", "chart", "spec"];
      return { file, name: at(value, ...chart, "chart"), version: at(value, ...chart, "version") };
    });
}

function upstreams(folder: string, read: Read): readonly string[] {
  const chart = `${folder}/chart`;
  return list(read(`${chart}/Chart.yaml`), "dependencies").flatMap((dependency) => {
    const name = at(dependency, "name");
    const locked = list(read(`${chart}/Chart.lock`), "dependencies").find((one) => at(one, "name") === name);
    return staysBehind(`the chart ${name}`, [
      { file: `${chart}/Chart.yaml`, version: at(dependency, "version") },
      { file: `${chart}/Chart.lock`, version: at(locked, "version") },
      {
        file: `${chart}/values.yaml`,
        version: at(read(`${chart}/values.yaml`), "catalystBlueprint", "upstream", "version"),
      },
    ]);
  });
}

/** The newest version is what all of them were meant to be raised to. */
function staysBehind(what: string, said: readonly Said[]): readonly string[] {
  const newest = said.toSorted((a, b) => newestFirst(a.version, b.version))[0]?.version;
  return said
    .filter(({ version }) => version !== newest)
    .map(
      ({ file, version }) => `bump ${file}: it says ${version || "nothing"} of ${what}, which is ${newest}`,
    );
}

function at(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), value);
  return typeof found === "string" ? found : "";
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
