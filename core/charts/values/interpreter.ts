import type { CommandNode, ListNode, Node, Operand, PipeNode } from "../template/nodes.ts";
import { type Abstract, elementOf, fieldOf, keyOf, unknown } from "./abstract.ts";

/** A line of a template, in the file that the render's manifests name. */
export interface TemplateLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Variables of a template, by name with `$`. */
type Variables = Map<string, Abstract>;

interface Frame {
  readonly dot: Abstract;
  readonly variables: Variables;
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
  /** By path, the lines by what names them. */
  readonly reads = new Map<string, Map<string, TemplateLine>>();
  readonly #templates: ReadonlyMap<string, ListNode>;
  /** Templates with what they were given; a second time shows nothing new. */
  readonly #seen = new Set<string>();

  constructor(templates: ReadonlyMap<string, ListNode>) {
    this.#templates = templates;
  }

  /** Follows a template that is given `dot`. */
  run(root: ListNode, dot: Abstract): void {
    this.#list(root, { dot, variables: new Map([["$", dot]]) });
  }

  #list(list: ListNode, frame: Frame): void {
    for (const node of list.nodes) this.#node(node, frame);
  }

  #node(node: Node, frame: Frame): void {
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
        const inner: Frame = { dot: frame.dot, variables: new Map(frame.variables) };
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
    const key = `${name} ${keyOf(dot)}`;
    if (root === undefined || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.run(root, dot);
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
    return this.#apply(first, values, texts);
  }

  #apply(
    name: Operand & { readonly type: "identifier" },
    values: readonly Abstract[],
    texts: readonly (string | undefined)[],
  ): Abstract {
    switch (name.name) {
      case "include":
        this.#call(texts[0] ?? "", values[1] ?? unknown);
        return unknown;
      case "index":
      case "get":
        return this.#note(texts.slice(1).reduce(step, values[0] ?? unknown), name);
      case "hasKey":
        return this.#note(step(values[0] ?? unknown, texts[1]), name);
      case "dig":
        return this.#note(
          texts
            .slice(0, -1)
            .filter((_, at) => at < values.length - 2)
            .reduce(step, values.at(-1) ?? unknown),
          name,
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
        return this.#note(frame.dot, node);
      case "field":
        return this.#note(node.path.reduce(fieldOf, frame.dot), node);
      case "variable": {
        const [name = "", ...path] = node.path;
        return this.#note(path.reduce(fieldOf, frame.variables.get(name) ?? unknown), node);
      }
      case "chain":
        return this.#note(node.path.reduce(fieldOf, this.#operand(node.node, frame)), node);
      default:
        return unknown;
    }
  }

  #note(value: Abstract, { position, source }: Operand): Abstract {
    if (value.kind !== "path") return value;
    const line = source.text.slice(0, position).split("\n").length;
    const path = value.path.join(".");
    const lines = this.reads.get(path) ?? new Map<string, TemplateLine>();
    lines.set(`${source.name}:${line}`, { file: source.name, line });
    this.reads.set(path, lines);
    return value;
  }
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
