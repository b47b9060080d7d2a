import { compileCel } from "@catalyst/base/cel";
import { errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { isVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import { parseYaml } from "@catalyst/base/yaml";
import { passwordFields } from "../expansion/config-fields.ts";
import { chartFolder } from "../folder/folder.ts";
import { dependencyAlias } from "../plan/check.ts";
import type { LintSubject, Rule, RuleFinding } from "./rule.ts";

const manifestFile = "blueprint.yaml";

/** A finding in blueprint.yaml, with its line. */
export function inManifest(
  subject: LintSubject,
  path: readonly (string | number)[],
  message: string,
  hint?: string,
): RuleFinding {
  const line = subject.source.lineOf(path);
  return {
    message,
    file: manifestFile,
    field: path.join("."),
    ...(line === undefined ? {} : { line }),
    ...(hint === undefined ? {} : { hint }),
  };
}

const version: Rule = {
  code: "version-invalid",
  severity: "error",
  summary: "spec.version is a semantic version.",
  check: (subject) =>
    isVersion(subject.manifest.spec.version)
      ? []
      : [inManifest(subject, ["spec", "version"], `${subject.manifest.spec.version} is no semantic version`)],
};

const lockstep: Rule = {
  code: "version-lockstep",
  severity: "error",
  summary: "blueprint.yaml and Chart.yaml have the same version.",
  check: (subject) => {
    const { version: ours } = subject.manifest.spec;
    if (subject.chart.version === ours) return [];
    const message = `blueprint.yaml says ${ours} and Chart.yaml ${subject.chart.version}`;
    return [inManifest(subject, ["spec", "version"], message, "Raise both together.")];
  },
};

const chartName: Rule = {
  code: "chart-name",
  severity: "error",
  summary: "The chart has the Blueprint's name.",
  check: ({ chart, manifest }) =>
    chart.name === manifest.metadata.name
      ? []
      : [
          {
            message: `the chart is called ${chart.name}, the Blueprint ${manifest.metadata.name}`,
            file: `${chartFolder}/Chart.yaml`,
            field: "name",
          },
        ],
};

const defaultSize: Rule = {
  code: "size-unknown",
  severity: "error",
  summary: "The default size is one of the sizes.",
  check: (subject) => {
    const { sizes, defaultSize: size } = subject.manifest.spec;
    if (size === undefined || Object.hasOwn(sizes ?? {}, size)) return [];
    return [inManifest(subject, ["spec", "defaultSize"], `there is no size ${size}`)];
  },
};

const dependencies: Rule = {
  code: "dependency-invalid",
  severity: "error",
  summary: "Dependencies have a version range, a condition in CEL, and an alias of their own.",
  check: (subject) => {
    const seen = new Set<string>();
    return (subject.manifest.spec.depends ?? []).flatMap((dependency, index) => {
      const at = (field: string, message: string) =>
        inManifest(subject, ["spec", "depends", index, field], message);
      const alias = dependencyAlias(dependency);
      const findings = [
        ...attempt(
          () => parseRange(dependency.version),
          (message) => at("version", message),
        ),
        ...attempt(
          () => dependency.when !== undefined && compileCel(dependency.when),
          (message) => at("when", message),
        ),
        ...(seen.has(alias) ? [at("alias", `two dependencies are called ${alias}`)] : []),
      ];
      seen.add(alias);
      return findings;
    });
  },
};

const upgrades: Rule = {
  code: "upgrades-invalid",
  severity: "error",
  summary: "upgrades.from and upgrades.blocks are version ranges, and a migration names a version.",
  check: (subject) => {
    const { from = [], blocks = [], migrations = [] } = subject.manifest.spec.upgrades ?? {};
    const path = ["spec", "upgrades"];
    const ranges = (field: string, list: readonly string[]) =>
      list.flatMap((range, index) =>
        attempt(
          () => parseRange(range),
          (message) => inManifest(subject, [...path, field, index], message),
        ),
      );
    return [
      ...ranges("from", from),
      ...ranges("blocks", blocks),
      ...migrations.flatMap(({ to }, index) =>
        isVersion(to)
          ? []
          : [inManifest(subject, [...path, "migrations", index, "to"], `${to} is no semantic version`)],
      ),
    ];
  },
};

const connection: Rule = {
  code: "connection-key",
  severity: "error",
  summary: "Each key of the connection Secret is there once, with a value or generated.",
  check: (subject) => {
    const seen = new Set<string>();
    return (subject.manifest.spec.connection?.keys ?? []).flatMap((key, index) => {
      const path = ["spec", "connection", "keys", index];
      const findings: RuleFinding[] = [];
      if (seen.has(key.key)) findings.push(inManifest(subject, path, `the key ${key.key} is there twice`));
      if ((key.value === undefined) === (key.generate === undefined)) {
        findings.push(inManifest(subject, path, `the key ${key.key} needs either value or generate`));
      }
      const passwords = passwordFields(subject.manifest.spec.configSchema);
      if (key.secret !== undefined && !passwords.includes(key.secret))
        findings.push(inManifest(subject, path, `configSchema has no password field ${key.secret}`));
      const quoted = passwords.find((field) => key.value?.includes(`\${config.${field}}`) === true);
      if (quoted !== undefined)
        findings.push(inManifest(subject, path, `the password ${quoted} isn't in config: name it by secret`));
      seen.add(key.key);
      return findings;
    });
  },
};

const mapping: Rule = {
  code: "values-mapping",
  severity: "error",
  summary: "Each mapping has one source, from a field of config that exists to a value the chart has.",
  check: (subject) => {
    const bytes = subject.files.get(`${chartFolder}/values.yaml`);
    const values = bytes === undefined ? {} : parseYaml(new TextDecoder().decode(bytes)).value;
    return (subject.manifest.spec.values ?? []).flatMap((entry, index) => {
      const at = (message: string) => inManifest(subject, ["spec", "values", index], message);
      const sources = [entry.config, entry.value, entry.platform, entry.secret];
      if (sources.filter((source) => source !== undefined).length !== 1)
        return [at(`${entry.path} needs exactly one of config, secret, value and platform`)];
      const passwords = passwordFields(subject.manifest.spec.configSchema);
      if (entry.secret !== undefined && !passwords.includes(entry.secret))
        return [at(`configSchema has no password field ${entry.secret}`)];
      const inside = passwords.find((field) => field.startsWith(`${entry.config}.`));
      if (inside !== undefined) return [at(`${entry.config} holds the password ${inside}: map it by itself`)];
      if (entry.config !== undefined && !hasProperty(subject.manifest.spec.configSchema, entry.config)) {
        return [at(`configSchema has no field ${entry.config}`)];
      }
      if (!hasPath(values, entry.path)) return [at(`the chart's values.yaml has no ${entry.path}`)];
      return [];
    });
  },
};

/** Rules about blueprint.yaml and Chart.yaml. */
export const manifestRules: readonly Rule[] = [
  version,
  lockstep,
  chartName,
  defaultSize,
  dependencies,
  upgrades,
  connection,
  mapping,
];

function attempt(run: () => unknown, finding: (message: string) => RuleFinding): RuleFinding[] {
  try {
    run();
    return [];
  } catch (error) {
    return [finding(errorMessage(error))];
  }
}

function hasProperty(schema: unknown, path: string): boolean {
  let current = schema;
  for (const name of path.split(".")) {
    const properties = isObject(current) ? current["properties"] : undefined;
    if (!isObject(properties) || !Object.hasOwn(properties, name)) return false;
    current = properties[name];
  }
  return true;
}

function hasPath(values: unknown, path: string): boolean {
  let current = values;
  for (const name of path.split(".")) {
    if (!isObject(current) || !Object.hasOwn(current, name)) return false;
    current = current[name];
  }
  return true;
}
