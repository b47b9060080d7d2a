import {
  type Document,
  type DocumentOptions,
  LineCounter,
  type ParseOptions,
  parseAllDocuments,
  parseDocument,
  type ScalarTag,
  type SchemaOptions,
  type Tags,
  visit,
} from "yaml";
import { CatalystError } from "./errors.ts";

export { printYaml } from "./yaml-print.ts";

export interface YamlSource {
  /** Shown in errors. */
  readonly file?: string | undefined;
  /** Whose rules say what a plain scalar means; default `kubernetes`. */
  readonly dialect?: YamlDialect | undefined;
}

/**
 * `kubernetes`: YAML 1.1, as Kubernetes' own tools read it. `kustomize`: what Kustomize's reader (go-yaml 3)
 * makes of it: `yes` and `on` are texts, `0755` and `1_000` are numbers, a date is its RFC 3339 text.
 */
export type YamlDialect = "kubernetes" | "kustomize";

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

const optionsOf: Readonly<Record<YamlDialect, ParseOptions & DocumentOptions & SchemaOptions>> = {
  kubernetes: parseOptions,
  kustomize: { ...parseOptions, version: "1.2", schema: "core", customTags: kustomizeTags },
};

/** go-yaml 3's numbers and dates, before the tags of the core schema. */
function kustomizeTags(tags: Tags): Tags {
  const integer: ScalarTag = {
    tag: "tag:yaml.org,2002:int",
    identify: () => false,
    default: true,
    test: /^[-+]?(?:0[0-7_]+|[0-9][0-9_]*_[0-9_]*|0b[01_]+)$/,
    resolve: (text) => {
      const digits = text.replaceAll("_", "");
      return /^[-+]?0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    },
  };
  const timestamp: ScalarTag = {
    tag: "tag:yaml.org,2002:timestamp",
    identify: () => false,
    default: true,
    test: /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2}))?$/,
    resolve: (text) => rfc3339Of(text),
  };
  return [integer, timestamp, ...tags];
}

function rfc3339Of(text: string): string {
  const [year = "", month = "", rest = ""] = text.split("-");
  const day = /^\d+/.exec(rest)?.[0] ?? "";
  const time = text.includes("T") || text.includes("t") ? text.slice(text.search(/[Tt]/) + 1) : "00:00:00Z";
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T${time}`;
}

/**
 * Parses one YAML document (1.1, as Kubernetes' tools read it). Throws `yaml-invalid` with file, line and
 * column; `yaml-too-large` past 3 MiB or past the alias limit.
 */
export function parseYaml(text: string, source: YamlSource = {}): LocatedYaml {
  checkSize(text, source);
  const lines = new LineCounter();
  const document = parseDocument(text, { ...optionsOf[source.dialect ?? "kubernetes"], lineCounter: lines });
  return located(document, lines, source);
}

/** Parses a stream of documents; empty ones are left out. Throws as parseYaml. */
export function parseYamlStream(text: string, source: YamlSource = {}): LocatedYaml[] {
  checkSize(text, source);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    ...optionsOf[source.dialect ?? "kubernetes"],
    lineCounter: lines,
  });
  if (!Array.isArray(documents)) return [];
  return documents
    .map((document) => located(document, lines, source))
    .filter((document) => document.value !== null && document.value !== undefined);
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
