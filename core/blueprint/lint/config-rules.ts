import { errorMessage } from "@catalyst/base/errors";
import { isPlaceable } from "@catalyst/model/blueprint";
import { type ConfigField, configFields } from "../expansion/config-fields.ts";
import { configIsValues, withDefaults } from "../expansion/values.ts";
import { uncheckedSchemaProblems } from "../plan/schema.ts";
import { inManifest } from "./manifest-rules.ts";
import type { LintSubject, Rule, RuleFinding } from "./rule.ts";

/** What the form can do besides the ordinary (facts: "configSchema features"). */
const uiHints = new Set(["password", "domain-picker", "application-ref", "textarea", "color"]);

const open: Rule = {
  code: "config-open",
  severity: "warning",
  summary:
    "It has a config schema: without one, config is the chart's values, and every one of them can be set.",
  check: (subject) => {
    const { spec } = subject.manifest;
    // nobody configures what can't be placed: a cluster's own part
    if (!configIsValues(spec) || !isPlaceable(spec)) return [];
    const message = "there is no configSchema: whoever installs it can set every value of the chart";
    return [inManifest(subject, ["spec", "configSchema"], message, "If that is meant, leave it so.")];
  },
};

const empty: Rule = {
  code: "config-default",
  severity: "error",
  summary: "An empty config is valid once defaults are filled in.",
  check: (subject) => {
    const schema = subject.manifest.spec.configSchema;
    if (schema === undefined) return [];
    try {
      const problems = uncheckedSchemaProblems(schema, withDefaults(schema, {}), ["config"]);
      return problems.map(({ message }) =>
        inManifest(
          subject,
          ["spec", "configSchema"],
          `with an empty config, ${message}`,
          "Give it a default.",
        ),
      );
    } catch (error) {
      const message = `this is not a JSON Schema: ${errorMessage(error)}`;
      return [inManifest(subject, ["spec", "configSchema"], message)];
    }
  },
};

const described: Rule = {
  code: "config-undescribed",
  severity: "warning",
  summary: "Every field of config has a title and a description: the form is made from them.",
  check: (subject) =>
    fields(subject)
      .filter(({ schema }) => schema["title"] === undefined || schema["description"] === undefined)
      .map((field) => at(subject, field, `${field.path.join(".")} has no title or no description`)),
};

const hints: Rule = {
  code: "config-hint",
  severity: "error",
  summary: "x-catalyst-ui-hint is one the form knows.",
  check: (subject) =>
    fields(subject).flatMap((field) => {
      const hint = field.schema["x-catalyst-ui-hint"];
      if (hint === undefined || uiHints.has(String(hint))) return [];
      return [at(subject, field, `the form knows no hint ${JSON.stringify(hint)}`)];
    }),
};

const secretDefault: Rule = {
  code: "config-secret-default",
  severity: "error",
  summary: "A password has no default: everybody would have the same.",
  check: (subject) =>
    fields(subject)
      .filter((field) => isPassword(field) && field.schema["default"] !== undefined)
      .map((field) => at(subject, field, `the password ${field.path.join(".")} has a default`)),
};

const secretShape: Rule = {
  code: "config-secret-shape",
  severity: "error",
  summary: "A password is a text of its own, not an item of a list, under names of letters, digits, - and _.",
  check: (subject) => {
    const passwords = fields(subject).filter(isPassword);
    const findings = passwords
      .filter(
        ({ schema, path }) => schema["type"] !== "string" || !path.every((name) => /^[\w-]+$/.test(name)),
      )
      .map((field) =>
        at(subject, field, `the password ${field.path.join(".")} must be of type string and plainly named`),
      );
    if (hintsIn(subject.manifest.spec.configSchema) === passwords.length) return findings;
    const message = "a password stands where the form doesn't find it: in a list or an alternative";
    return [...findings, inManifest(subject, ["spec", "configSchema"], message)];
  },
};

function isPassword({ schema }: ConfigField): boolean {
  return schema["x-catalyst-ui-hint"] === "password";
}

/** How many passwords a schema has, wherever they are. */
function hintsIn(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  const own = (node as Record<string, unknown>)["x-catalyst-ui-hint"] === "password" ? 1 : 0;
  return Object.values(node).reduce((sum: number, item) => sum + hintsIn(item), own);
}

/** Rules about configSchema. */
export const configRules: readonly Rule[] = [open, empty, described, hints, secretDefault, secretShape];

function fields(subject: LintSubject): ConfigField[] {
  return configFields(subject.manifest.spec.configSchema);
}

function at(subject: LintSubject, { path }: ConfigField, message: string): RuleFinding {
  const inside = path.flatMap((name) => ["properties", name]);
  return inManifest(subject, ["spec", "configSchema", ...inside], message);
}
