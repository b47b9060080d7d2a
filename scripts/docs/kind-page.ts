import { conditionTypes, reasons } from "@catalyst/model/condition";
import type { KindDefinition } from "@catalyst/model/kind";
import { kindFacts } from "./kind-facts.ts";
import { code, madeBy, table } from "./markdown.ts";
import { type SchemaNode, schemaRows } from "./schema-rows.ts";

/** What each shared reason says. */
const sharedReasons: Readonly<Record<keyof typeof reasons, string>> = {
  ready: "It is as its spec says.",
  progressing: "Work is under way.",
  suspended: "`spec.suspended` is set.",
  deleting: "It is being deleted; the message says what is waited for.",
  invalid: "Its spec can't be carried out.",
  dependencyNotReady: "Something it needs isn't ready.",
  unavailable: "Something it needs can't be reached.",
};

const conditionMeaning: Readonly<Record<keyof typeof conditionTypes, string>> = {
  ready: "It is as its spec says.",
  reconciling: "Work is under way.",
  stalled: "No further attempt until a person acts.",
};

/** Prints the reference page of a kind. */
export function kindPage(kind: KindDefinition): string {
  const facts = kindFacts[kind.kind];
  if (facts === undefined) throw new Error(`kind-facts.ts says nothing of ${kind.kind}`);
  const sections = [
    `# ${kind.kind}`,
    madeBy,
    kind.description,
    facts.where,
    names(kind),
    `## Example\n\n\`\`\`yaml\n${facts.example}\`\`\``,
    `## Spec\n\n${fields(kind.spec as SchemaNode)}`,
    `## Status\n\n${fields(kind.status as SchemaNode)}`,
    `## Conditions\n\n${conditions()}`,
    `## Reasons\n\nA reason is stable; a message may be reworded.\n\n${reasonTable(facts.reasons)}`,
    `## Columns of \`kubectl get\`\n\n${columns(kind)}`,
  ];
  return `${sections.join("\n\n")}\n`;
}

function names({ group, version, kind, plural, shortNames, namespaced }: KindDefinition): string {
  return table(
    ["", ""],
    [
      ["API", code(`${group}/${version}`)],
      ["Kind", code(kind)],
      ["In commands", [plural, ...shortNames].map(code).join(", ")],
      ["Scope", namespaced ? "a namespace" : "the cluster"],
    ],
  );
}

function fields(schema: SchemaNode): string {
  return table(
    ["field", "type", "required", "default", ""],
    schemaRows(schema).map(({ path, type, required, default: preset, description }) => [
      code(path),
      type,
      required ? "yes" : "",
      code(preset),
      description,
    ]),
  );
}

function conditions(): string {
  const rows = (Object.keys(conditionTypes) as (keyof typeof conditionTypes)[]).map((name) => [
    code(conditionTypes[name]),
    conditionMeaning[name],
  ]);
  return table(["type", "when True"], rows);
}

function reasonTable(own: Readonly<Record<string, string>>): string {
  const shared = (Object.keys(reasons) as (keyof typeof reasons)[]).map((name) => [
    code(reasons[name]),
    sharedReasons[name],
  ]);
  return table(["reason", ""], [...shared, ...Object.entries(own).map(([name, text]) => [code(name), text])]);
}

function columns(kind: KindDefinition): string {
  return table(
    ["column", "from", "shown"],
    kind.columns.map(({ name, jsonPath, priority }) => [
      name,
      code(jsonPath),
      (priority ?? 0) > 0 ? "with `-o wide`" : "always",
    ]),
  );
}
