import { CatalystError } from "@catalyst/base/errors";
import type { CommandNode, ListNode, Node, Operand, PipeNode, Source } from "../template/nodes.ts";
import { type Abstract, elementOf, fieldOf, keyOf, unknown } from "./abstract.ts";
import { SourceLines } from "./source-lines.ts";

/** A place in a template that reads a value. */
export interface TemplateRead {
  /** The file, as the render's manifests name it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** The template it stands in, where that is defined by name. */
  readonly template?: string;
  /** The line, or the first 200 characters of it. */
  readonly text: string;
}

/** What following the values of one chart may take; past it, it ends with `chart-limit`. */
export interface ReadsLimits {
  /** Parts of templates looked at, each as often as it is. */
  readonly steps: number;
  /** Places that read a value. */
  readonly reads: number;
}

export const defaultReadsLimits: ReadsLimits = { steps: 5_000_000, reads: 50_000 };

/** Templates inside one another that are followed: Go's own engine knows no such limit, our stack does. */
const callLimit = 200;

/** Characters of a line that are shown. */
const textLimit = 200;

/** Variables of a template, by name with `$`. */
type Variables = Map<string, Abstract>;

interface Frame {
  readonly dot: Abstract;
  readonly variables: Variables;
  /** The template's name, where it is no file's own text. */
  readonly template: string | undefined;
}

/** Functions that give one of their arguments, or what is in it. */
const passing: Readonly<Record<string, "first" | "last">> = {
  default: "last",
  required: "last",
  deepCopy: "last",
  mustDeepCopy: "last",
  fromYaml: "last",
  merge: "first",
  mustMerge: "first",
  mergeOverwrite: "first",
  mustMergeOverwrite: "first",
  coalesce: "first",
  pick: "first",
  omit: "first",
};

/** Follows values through templates without running them, and notes where each is read. */
export class Interpreter {
  /** By path, the places by what names them. */
  readonly reads = new Map<string, Map<string, TemplateRead>>();
  readonly #templates: ReadonlyMap<string, ListNode>;
  readonly #limits: ReadsLimits;
  /** Templates with what they were given; a second time shows nothing new. */
  readonly #seen = new Set<string>();
  readonly #lines = new Map<Source, SourceLines>();
  #steps = 0;
  #noted = 0;
  #depth = 0;

  constructor(templates: ReadonlyMap<string, ListNode>, limits: ReadsLimits) {
    this.#templates = templates;
    this.#limits = limits;
  }

  /** Follows a file's own text, which is given `dot`. Throws `chart-limit`. */
  run(root: ListNode, dot: Abstract): void {
    this.#run(root, dot, undefined);
  }

  #run(root: ListNode, dot: Abstract, template: string | undefined): void {
    this.#list(root, { dot, variables: new Map([["$", dot]]), template });
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#limits.steps)
      throw tooMuch(`following its values takes more than ${this.#limits.steps} steps`);
  }

  #list(list: ListNode, frame: Frame): void {
    for (const node of list.nodes) this.#node(node, frame);
  }

  #node(node: Node, frame: Frame): void {
    this.#spend(1);
    switch (node.type) {
      case "action":
        this.#pipe(node.pipe, frame);
        return;
      case "template":
        this.#call(node.name, node.pipe === undefined ? unknown : this.#pipe(node.pipe, frame));
        return;
      case "if":
      case "with":
      case "range": {
        this.#spend(frame.variables.size);
        const inner: Frame = { ...frame, variables: new Map(frame.variables) };
        const value = this.#pipe(node.pipe, inner);
        const dot = node.type === "if" ? frame.dot : node.type === "with" ? value : elementOf(value);
        if (node.type === "range") rename(node.pipe, elementOf(value), inner.variables);
        this.#list(node.list, { ...inner, dot });
        // What a branch assigns is seen after it.
        for (const name of frame.variables.keys())
          frame.variables.set(name, inner.variables.get(name) ?? unknown);
        if (node.elseList !== undefined) this.#list(node.elseList, frame);
      }
    }
  }

  #call(name: string, dot: Abstract): void {
    const root = this.#templates.get(name);
    if (root === undefined || this.#depth >= callLimit) return;
    const key = `${name} ${keyOf(dot, () => this.#spend(1))}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#depth++;
    this.#run(root, dot, name);
    this.#depth--;
  }

  #pipe(pipe: PipeNode, frame: Frame): Abstract {
    let value: Abstract | undefined;
    for (const command of pipe.commands) value = this.#command(command, frame, value);
    const result = value ?? unknown;
    for (const { path } of pipe.declarations) frame.variables.set(path[0] ?? "", result);
    return result;
  }

  /** `piped` is what the command before it gave: its last argument. */
  #command({ args }: CommandNode, frame: Frame, piped: Abstract | undefined): Abstract {
    this.#spend(1 + args.length);
    const [first, ...rest] = args;
    if (first === undefined) return unknown;
    if (first.type !== "identifier") {
      const value = this.#operand(first, frame);
      for (const argument of rest) this.#operand(argument, frame);
      return value;
    }
    const values = rest.map((argument) => this.#operand(argument, frame));
    if (piped !== undefined) values.push(piped);
    const texts = rest.map((argument) => (argument.type === "string" ? argument.text : undefined));
    return this.#apply(first, values, texts, frame);
  }

  #apply(
    name: Operand & { readonly type: "identifier" },
    values: readonly Abstract[],
    texts: readonly (string | undefined)[],
    frame: Frame,
  ): Abstract {
    switch (name.name) {
      case "include":
        this.#call(texts[0] ?? "", values[1] ?? unknown);
        return unknown;
      case "index":
      case "get":
        return this.#note(texts.slice(1).reduce(step, values[0] ?? unknown), name, frame);
      case "hasKey":
        return this.#note(step(values[0] ?? unknown, texts[1]), name, frame);
      case "dig":
        return this.#note(
          texts
            .slice(0, -1)
            .filter((_, at) => at < values.length - 2)
            .reduce(step, values.at(-1) ?? unknown),
          name,
          frame,
        );
      case "dict":
        return dictOf(values, texts);
      case "set": {
        const [map, , value] = values;
        if (map?.kind === "map" && texts[1] !== undefined) map.fields.set(texts[1], value ?? unknown);
        return map ?? unknown;
      }
      case "ternary":
        return values.find(({ kind }) => kind === "path") ?? unknown;
    }
    const passed = Object.hasOwn(passing, name.name) ? passing[name.name] : undefined;
    if (passed === undefined) return unknown;
    return (passed === "first" ? values[0] : values.at(-1)) ?? unknown;
  }

  #operand(node: Operand, frame: Frame): Abstract {
    switch (node.type) {
      case "pipe":
        return this.#pipe(node, frame);
      case "dot":
        return this.#note(frame.dot, node, frame);
      case "field":
        return this.#note(node.path.reduce(fieldOf, frame.dot), node, frame);
      case "variable": {
        const [name = "", ...path] = node.path;
        return this.#note(path.reduce(fieldOf, frame.variables.get(name) ?? unknown), node, frame);
      }
      case "chain":
        return this.#note(node.path.reduce(fieldOf, this.#operand(node.node, frame)), node, frame);
      default:
        return unknown;
    }
  }

  #note(value: Abstract, operand: Operand, { template }: Frame): Abstract {
    if (value.kind !== "path") return value;
    const { source } = operand;
    const position = startOf(operand);
    const path = value.path.join(".");
    const known = this.reads.get(path);
    const places = known ?? new Map<string, TemplateRead>();
    if (known === undefined) this.reads.set(path, places);
    const key = `${source.name}:${position}`;
    if (places.has(key)) return value;
    if (++this.#noted > this.#limits.reads)
      throw tooMuch(`more than ${this.#limits.reads} places read its values`);
    const lines = this.#linesOf(source);
    const place = lines.placeOf(position);
    const text = lines.textOf(place.line, textLimit);
    places.set(key, { file: source.name, ...place, ...(template === undefined ? {} : { template }), text });
    return value;
  }

  #linesOf(source: Source): SourceLines {
    const known = this.#lines.get(source) ?? new SourceLines(source);
    this.#lines.set(source, known);
    return known;
  }
}

function tooMuch(what: string): CatalystError {
  return new CatalystError("chart-limit", `the chart is too large to explain: ${what}`, {
    hint: "Look for templates that call themselves or each other.",
  });
}

/** Where an operand begins: one of several names is placed at the second of them, as Go's parser does. */
function startOf(operand: Operand): number {
  const { position, source } = operand;
  if (operand.type !== "field" && operand.type !== "variable") return position;
  const [first = "", ...more] = operand.path;
  const text = operand.type === "field" ? `.${first}` : first;
  const start = position - text.length;
  return more.length > 0 && source.text.startsWith(text, start) ? start : position;
}

function step(value: Abstract, name: string | undefined): Abstract {
  return name === undefined ? elementOf(value) : fieldOf(value, name);
}

function dictOf(values: readonly Abstract[], texts: readonly (string | undefined)[]): Abstract {
  const fields = new Map<string, Abstract>();
  for (let at = 0; at + 1 < values.length; at += 2) {
    const name = texts[at];
    if (name !== undefined) fields.set(name, values[at + 1] ?? unknown);
  }
  return { kind: "map", fields };
}

/** A range's variables are its element, and before it its index or key. */
function rename(pipe: PipeNode, element: Abstract, variables: Variables): void {
  const names = pipe.declarations.map(({ path }) => path[0] ?? "");
  const last = names.at(-1);
  if (names.length > 1) variables.set(names[0] ?? "", unknown);
  if (last !== undefined) variables.set(last, element);
}
