import { type Document, LineCounter, parseAllDocuments, parseDocument, stringify, visit } from "yaml";
import { CatalystError } from "./errors.ts";

export interface YamlSource {
  /** Shown in errors. */
  readonly file?: string | undefined;
}

/** A parsed document that still knows where each field stands. */
export interface LocatedYaml {
  readonly value: unknown;
  /** Line, from 1, of the deepest existing node on the path; undefined for an empty document. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** Most alias expansions one document may cause; past it the document is refused (security case 9). */
const aliasLimit = 1000;

/** Largest document accepted: 3 MiB, as Kubernetes' API server. */
const sizeLimit = 3 * 1024 * 1024;

const parseOptions = {
  version: "1.1",
  merge: true,
  prettyErrors: false,
  strict: true,
  uniqueKeys: true,
  stringKeys: false,
  schema: "yaml-1.1",
} as const;

/**
 * Parses one YAML document (1.1, as Kubernetes' tools read it). Throws `yaml-invalid` with file, line and
 * column; `yaml-too-large` past 3 MiB or past the alias limit.
 */
export function parseYaml(text: string, source: YamlSource = {}): LocatedYaml {
  checkSize(text, source);
  const lines = new LineCounter();
  const document = parseDocument(text, { ...parseOptions, lineCounter: lines });
  return located(document, lines, source);
}

/** Parses a stream of documents; empty ones are left out. Throws as parseYaml. */
export function parseYamlStream(text: string, source: YamlSource = {}): LocatedYaml[] {
  checkSize(text, source);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...parseOptions, lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents
    .map((document) => located(document, lines, source))
    .filter((document) => document.value !== null && document.value !== undefined);
}

/** Prints a value as sigs.k8s.io/yaml does: sorted keys, sequences not indented. */
export function printYaml(value: unknown): string {
  return stringify(value, {
    version: "1.1",
    indentSeq: false,
    lineWidth: 0,
    sortMapEntries: (a, b) => compareKeys(String(a.key), String(b.key)),
    aliasDuplicateObjects: false,
  });
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkSize(text: string, source: YamlSource): void {
  if (text.length > sizeLimit) {
    throw new CatalystError("yaml-too-large", `the document is larger than ${sizeLimit} bytes`, {
      place: { file: source.file },
    });
  }
}

function located(document: Document.Parsed, lines: LineCounter, source: YamlSource): LocatedYaml {
  const failure = document.errors[0];
  if (failure !== undefined) {
    const { line, col } = lines.linePos(failure.pos[0]);
    throw new CatalystError("yaml-invalid", `this is not valid YAML: ${firstLine(failure.message)}`, {
      place: { file: source.file, line, column: col },
    });
  }
  return { value: toValue(document, source), lineOf: (path) => lineOf(document, lines, path) };
}

function toValue(document: Document.Parsed, source: YamlSource): unknown {
  let aliases = 0;
  visit(document, { Alias: () => void aliases++ });
  try {
    return document.toJS({ maxAliasCount: aliases === 0 ? 0 : aliasLimit });
  } catch (cause) {
    throw new CatalystError("yaml-too-large", "the document's aliases expand to too much", {
      cause,
      place: { file: source.file },
    });
  }
}

function lineOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly (string | number)[],
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return undefined;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
