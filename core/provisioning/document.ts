import { jsonEqual } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import { yamlLibrary } from "@catalyst/base/yaml-library";
import type { ApplicationSpec } from "@catalyst/model/application";
import { catalystApiVersion } from "@catalyst/model/kind";
import type { parseDocument } from "yaml";

export interface ApplicationContent {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: ApplicationSpec;
}

/**
 * Writes an `application.yaml`. An existing text is edited rather than replaced, so comments, order and
 * quoting that a person chose stay where nothing changed.
 */
export function writeApplicationDocument(content: ApplicationContent, existing: string | undefined): string {
  const labels = Object.keys(content.labels).length === 0 ? {} : { labels: content.labels };
  if (existing === undefined) {
    const head = {
      apiVersion: catalystApiVersion,
      kind: "Application",
      metadata: { name: content.name, ...labels },
    };
    return `${inOrder(head)}spec:\n${indent(inOrder(specInOrder(content.spec)))}`;
  }
  const document = yamlLibrary().parseDocument(existing);
  for (const field of specFields) {
    const value = content.spec[field];
    const path = ["spec", field];
    if (value === undefined) document.deleteIn(path);
    else if (
      !jsonEqual(document.getIn(path) === undefined ? undefined : toPlain(document.getIn(path)), value)
    )
      edit(document, path, value);
  }
  return document.toString({ lineWidth: 0 });
}

const specFields = ["blueprint", "size", "config", "secrets", "placement", "bindings", "suspended"] as const;

function specInOrder(spec: ApplicationSpec): Record<string, unknown> {
  return Object.fromEntries(
    specFields.flatMap((field) => (spec[field] === undefined ? [] : [[field, spec[field]]])),
  );
}

/** Prints top-level fields in the order given; below them keys are sorted. */
function inOrder(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([key, value]) => printYaml({ [key]: value }))
    .join("");
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

type Document = ReturnType<typeof parseDocument>;

/** Sets only the leaves that differ, so that their neighbours keep their comments. */
function edit(document: Document, path: readonly string[], value: unknown): void {
  const current = document.getIn(path);
  const plain = current === undefined ? undefined : toPlain(current);
  if (jsonEqual(plain, value)) return;
  if (isMap(plain) && isMap(value)) {
    for (const key of Object.keys(plain)) if (!Object.hasOwn(value, key)) document.deleteIn([...path, key]);
    for (const [key, item] of Object.entries(value)) edit(document, [...path, key], item);
    return;
  }
  document.setIn(path, document.createNode(value));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toPlain(node: unknown): unknown {
  return typeof node === "object" && node !== null && "toJSON" in node
    ? (node as { toJSON(): unknown }).toJSON()
    : node;
}
