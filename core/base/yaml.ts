import type { Document, LineCounter, Node } from "yaml";
import { CatalystError } from "./errors.ts";
import { allAtOnce, type Pieces } from "./pieces.ts";
import { convertYaml, type ScalarStyle } from "./yaml-convert.ts";
import { nestsDeeperThan } from "./yaml-depth.ts";
import { rewriteFolded } from "./yaml-folded.ts";
import { yamlLibrary } from "./yaml-library.ts";
import { nestsTooDeeply } from "./yaml-limits.ts";
import { resolveScalar, resolveScalarOfGoYaml3, type YamlScalar } from "./yaml-scalars.ts";

export { BinaryScalar, OrderedMapping, PlainScalar, printYaml } from "./yaml-print.ts";
export { resolveScalarOfGoYaml3, type ScalarStyle, type YamlScalar };

export interface YamlSource {
  /** Shown in errors. */
  readonly file?: string | undefined;
  /** Whose rules say what a plain scalar means; default `kubernetes`. */
  readonly dialect?: YamlDialect | undefined;
  /** Makes what a scalar becomes; default what it means. */
  readonly scalar?: ScalarReader | undefined;
  /** What an alias becomes that is a field's value outside of lists, `<<` included; default what it stands for. */
  readonly fieldAlias?: unknown;
}

/** Makes a value of a scalar: of its text, what that means, and how it is written. */
export type ScalarReader = (text: string, meaning: YamlScalar, style: ScalarStyle) => unknown;

/**
 * `kubernetes`: YAML 1.1, as Kubernetes' own tools read it. `kustomize`: what Kustomize's reader (go-yaml 3)
 * makes of it: `yes` and `on` are texts, `0755` and `1_000` are numbers, a date is its RFC 3339 text,
 * a key below the root must be a text, and a folded text is the one that is read again after it was written.
 */
export type YamlDialect = "kubernetes" | "kustomize";

/** A parsed document that still knows where each field stands. */
export interface LocatedYaml {
  readonly value: unknown;
  /**
   * Line, from 1, of the deepest existing node on the path; undefined for an empty document. The first question
   * for a path parses the text again: a parsed document is many times larger, and is rarely asked.
   */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** Largest document accepted: 3 MiB, as Kubernetes' API server. */
const sizeLimit = 3 * 1024 * 1024;

/** Collections within each other that are parsed at all; what converts them ends sooner. */
const parsedDepthLimit = 10_000;

/** Every scalar stays text here; yaml-convert gives it YAML 1.1's meaning. */
const parseOptions = {
  version: "1.1",
  schema: "failsafe",
  prettyErrors: false,
  strict: true,
  uniqueKeys: false,
  logLevel: "silent",
} as const;

/**
 * Parses one YAML document (1.1, as Kubernetes' tools read it). Throws `yaml-invalid` with file, line and
 * column; `yaml-too-large` past 3 MiB, past the alias limit or when nested too deeply.
 */
export function parseYaml(text: string, source: YamlSource = {}): LocatedYaml {
  checkBounds(text, source, sizeLimit);
  const { LineCounter, parseDocument } = yamlLibrary();
  const parse = (): Parsed => {
    const lines = new LineCounter();
    return { document: parseDocument(text, { ...parseOptions, lineCounter: lines }), lines, text };
  };
  return located(parse(), source, parse);
}

/** How a stream is parsed. */
export interface YamlStreamSource extends YamlSource {
  /** Characters a stream may have; default 3 MiB. */
  readonly sizeLimit?: number;
}

/** Parses a stream of documents; empty ones are left out. Throws as parseYaml. */
export function parseYamlStream(text: string, source: YamlStreamSource = {}): LocatedYaml[] {
  return allAtOnce(yamlStreamPieces(text, source));
}

/** Parses a stream as parseYamlStream, a document at a time. */
export function* yamlStreamPieces(text: string, source: YamlStreamSource = {}): Pieces<LocatedYaml[]> {
  checkBounds(text, source, source.sizeLimit ?? sizeLimit);
  const found: LocatedYaml[] = [];
  let index = 0;
  for (const parsed of parseEach(text)) {
    const at = index++;
    const document = located(parsed, source, () => [...parseEach(text)][at] as Parsed);
    if (document.value !== null && document.value !== undefined) found.push(document);
    yield;
  }
  return found;
}

/**
 * Parses the first document of a stream, whatever comes behind it. Undefined: there is none, not even an empty one.
 * Throws as parseYaml.
 */
export function parseFirstYaml(text: string, source: YamlSource = {}): LocatedYaml | undefined {
  checkBounds(text, source, sizeLimit);
  const [parsed] = parseEach(text).take(1);
  return parsed && located(parsed, source, () => parsed);
}

/** A document as it was parsed, with what tells its lines. */
interface Parsed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly text: string;
}

/** Parses document after document: what one was parsed to is gone before the next one comes. */
function* parseEach(text: string): Generator<Parsed> {
  const { Composer, LineCounter, Parser } = yamlLibrary();
  const lines = new LineCounter();
  const tokens = new Parser(lines.addNewLine).parse(text);
  for (const document of new Composer(parseOptions).compose(tokens)) yield { document, lines, text };
}

/** A document in which keys may be given twice: the last one wins. */
export interface LenientYaml {
  readonly value: unknown;
  /** The keys given again, each with the line where that is. */
  readonly duplicates: readonly { readonly key: string; readonly line: number }[];
}

/** Parses one document as parseYaml, but takes keys given twice and tells of them. */
export function parseYamlLeniently(text: string, source: YamlSource = {}): LenientYaml {
  checkBounds(text, source, sizeLimit);
  const { LineCounter, parseDocument } = yamlLibrary();
  const lines = new LineCounter();
  const document = parseDocument(text, { ...parseOptions, lineCounter: lines });
  const duplicates: { key: string; line: number }[] = [];
  const value = toValue({ document, lines, text }, source, {
    onDuplicate: (key, offset) => duplicates.push({ key, line: lines.linePos(offset).line }),
  });
  return { value, duplicates };
}

function checkBounds(text: string, source: YamlSource, limit: number): void {
  const place = { file: source.file };
  if (text.length > limit) {
    throw new CatalystError("yaml-too-large", `the document is larger than ${limit} bytes`, { place });
  }
  if (nestsDeeperThan(text, parsedDepthLimit)) {
    throw new CatalystError("yaml-too-large", nestsTooDeeply, { place });
  }
}

function located(parsed: Parsed, source: YamlSource, parseAgain: () => Parsed): LocatedYaml {
  const { document, lines } = parsed;
  const value = toValue(parsed, source, { uniqueKeys: true });
  const first = lineOf(document, lines, []);
  let again: Parsed | undefined;
  return {
    value,
    lineOf: (path) => {
      if (path.length === 0) return first;
      again ??= parseAgain();
      return lineOf(again.document, again.lines, path);
    },
  };
}

interface ValueOptions {
  /** Whether a key given twice is an error; else `onDuplicate` is told. */
  readonly uniqueKeys?: boolean;
  readonly onDuplicate?: (key: string, offset: number) => void;
}

function toValue(
  { document, lines, text }: Parsed,
  source: YamlSource,
  { uniqueKeys = false, onDuplicate = () => undefined }: ValueOptions,
): unknown {
  const fail = (code: string, message: string, offset: number): CatalystError => {
    const { line, col } = lines.linePos(offset);
    return new CatalystError(code, message, { place: { file: source.file, line, column: col } });
  };
  const tooDeep = document.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (tooDeep !== undefined) throw fail("yaml-too-large", nestsTooDeeply, tooDeep.pos[0]);
  // A directive that nobody knows is a warning to the library, and an error to go-yaml.
  const failure = document.errors[0] ?? document.warnings.find(({ code }) => code === "BAD_DIRECTIVE");
  if (failure !== undefined) {
    throw fail("yaml-invalid", `this is not valid YAML: ${firstLine(failure.message)}`, failure.pos[0]);
  }
  const textKeys = source.dialect === "kustomize";
  const meaning = textKeys ? resolveScalarOfGoYaml3 : resolveScalar;
  const { scalar } = source;
  const resolve =
    scalar === undefined
      ? (found: string, style: ScalarStyle) => (style === "quoted" ? found : meaning(found))
      : (found: string, style: ScalarStyle) =>
          scalar(found, style === "quoted" ? found : meaning(found), style);
  let anchors: ReadonlyMap<unknown, Node> | undefined;
  const anchorOf = (alias: Node) => {
    anchors ??= anchorsOf(document);
    return anchors.get(alias);
  };
  const refuse = (key: string, offset: number) => {
    throw fail(
      "yaml-invalid",
      `this is not valid YAML: the key ${JSON.stringify(key)} is given twice`,
      offset,
    );
  };
  return convertYaml(document.contents, anchorOf, {
    onDuplicate: uniqueKeys ? refuse : onDuplicate,
    resolve,
    textKeys,
    folded: textKeys ? rewriteFolded : (folded) => folded,
    fieldAlias: source.fieldAlias,
    openEnd: text.endsWith("\n") ? undefined : text.length,
    fail,
  });
}

/**
 * The node each alias stands for: the last one before it with its anchor. Found in one walk, for the library
 * walks the whole document for every alias (security case 9).
 */
function anchorsOf(document: Document): ReadonlyMap<unknown, Node> {
  const named = new Map<string, Node>();
  const found = new Map<unknown, Node>();
  yamlLibrary().visit(document, {
    Alias: (_key, alias) => {
      const node = named.get(alias.source);
      if (node !== undefined) found.set(alias, node);
    },
    Value: (_key, node) => {
      if (node.anchor !== undefined) named.set(node.anchor, node);
    },
  });
  return found;
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
