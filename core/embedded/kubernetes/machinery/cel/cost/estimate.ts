import type { CallNode, ExpressionNode, FoldNode, NameNode } from "../expression.ts";
import { macroAccumulator } from "../expression.ts";
import type { CelType, Declaration } from "../type.ts";
import { unwrapOptional } from "../type.ts";
import { characters } from "../value.ts";
import { estimateCall } from "./call-estimate.ts";
import { add, fixed, multiply, type Range, union, unknownSize } from "./range.ts";
import { unitCost } from "./runtime.ts";

/**
 * What evaluating a checked expression may cost at worst, as Kubernetes estimates it from the sizes a schema
 * allows (cel-go's `checker/cost.go`). All variables are of one schema there,
 * and so the declaration is looked up by the way from a variable, whatever its name.
 */
export function estimateCost(node: ExpressionNode, declaration: Declaration): Range {
  return new Estimator(declaration).cost(node);
}

/** Where a value comes from: a variable, and fields, `@items`, `@keys` and `@values` on the way to it. */
type Path = readonly string[];

interface EntrySizes {
  readonly of: "list" | "map";
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

/** An operand as the costs of functions see it. */
export interface Operand {
  readonly node: ExpressionNode | undefined;
  readonly type: CelType;
  readonly path: Path;
  /** Known from the expression itself. */
  readonly size: Range | undefined;
}

/** Estimates one expression; remembers what it found of each node. */
export class Estimator {
  readonly #root: Declaration;
  /** A macro may use a part twice. */
  readonly #costs = new Map<ExpressionNode, Range>();
  readonly #paths = new Map<ExpressionNode, Path>();
  readonly #sizes = new Map<ExpressionNode, Range>();
  readonly #entries = new Map<ExpressionNode, EntrySizes>();
  readonly #locals = new Map<string, Local[]>();

  constructor(declaration: Declaration) {
    this.#root = declaration;
  }

  cost(node: ExpressionNode): Range {
    const known = this.#costs.get(node);
    if (known !== undefined) return known;
    const cost = this.#compute(node);
    this.#costs.set(node, cost);
    return cost;
  }

  #compute(node: ExpressionNode): Range {
    switch (node.kind) {
      case "literal":
        return fixed(0);
      case "name":
        this.#paths.set(node, this.#local(node)?.path ?? [node.name]);
        return fixed(unitCost.name);
      case "select": {
        const operand = this.cost(node.operand);
        if (node.testOnly) return operand;
        this.#paths.set(node, [...this.#pathOf(node.operand), node.field]);
        return hasFields(node.operand.type) ? add(operand, fixed(unitCost.select)) : operand;
      }
      case "optional":
        return this.cost(node.value);
      case "list":
        return this.#listCost(node, node.items);
      case "map":
        return this.#mapCost(node, node.entries);
      case "struct":
        return node.fields.reduce((sum, { value }) => add(sum, this.cost(value)), fixed(unitCost.struct));
      case "call":
        return this.#callCost(node);
      case "fold":
        return isBinding(node) ? this.#bindingCost(node) : this.#foldCost(node);
    }
  }

  /** What is known of an operand's size, by the expression or by its declaration. */
  sizeOf(operand: Operand): Range {
    return operand.size ?? this.#declaredSize(operand.path) ?? unknownSize;
  }

  /** The items of an operand that is a list. */
  itemsOf(operand: Operand): Operand | undefined {
    const [type] = operand.type.params;
    if (type === undefined) return undefined;
    const path = operand.path.length === 0 ? [] : [...operand.path, "@items"];
    return { node: undefined, type, path, size: undefined };
  }

  entriesOf(node: ExpressionNode): EntrySizes | undefined {
    return this.#entries.get(node) ?? (node.kind === "name" ? this.#local(node)?.entries : undefined);
  }

  setEntries(node: ExpressionNode, entries: EntrySizes | undefined): void {
    if (entries !== undefined) this.#entries.set(node, entries);
  }

  #listCost(node: ExpressionNode, items: readonly ExpressionNode[]): Range {
    let sum = fixed(unitCost.list);
    for (const item of items) sum = add(sum, this.cost(item));
    this.setEntries(node, { of: "list", key: fixed(1), value: this.#largest(items) });
    return sum;
  }

  #mapCost(node: ExpressionNode, entries: readonly (readonly [ExpressionNode, ExpressionNode])[]): Range {
    let sum = fixed(unitCost.map);
    for (const part of entries.flat()) sum = add(sum, this.cost(part));
    this.setEntries(node, {
      of: "map",
      key: this.#largest(entries.map(([key]) => key)),
      value: this.#largest(entries.map(([, value]) => value)),
    });
    return sum;
  }

  #largest(nodes: readonly ExpressionNode[]): Range {
    if (nodes.length === 0) return fixed(0);
    return nodes.map((node) => this.#size(node) ?? unknownSize).reduce(union);
  }

  #callCost(node: CallNode): Range {
    if (node.name === "dyn") return this.#dynCost(node);
    const costs = node.args.map((arg) => this.cost(arg));
    const args = node.args.map((arg) => this.#operand(arg));
    const target = node.target === undefined ? fixed(0) : this.cost(node.target);
    const receiver = node.target === undefined ? undefined : this.#operand(node.target);
    let call: Range = { min: Number.POSITIVE_INFINITY, max: 0 };
    let size: Range | undefined;
    for (const { id } of node.overloads) {
      const found = estimateCall(this, node, id, receiver, args, costs);
      call = union(call, found.cost);
      if (found.size !== undefined) size = size === undefined ? found.size : union(size, found.size);
      if (id === "index_list" || id === "index_map") {
        size = this.entriesOf(node.args[0]!)?.value;
        const step = id === "index_list" ? "@items" : "@values";
        this.#paths.set(node, [...this.#pathOf(node.args[0]!), step]);
      }
      size ??= this.#size(node);
    }
    if (size !== undefined) this.#sizes.set(node, size);
    return add(target, call);
  }

  #dynCost(node: CallNode): Range {
    const [arg] = node.args;
    const cost = this.cost(arg!);
    const size = this.#size(arg!);
    if (size !== undefined) this.#sizes.set(node, size);
    this.setEntries(node, this.entriesOf(arg!));
    return add(fixed(1), cost);
  }

  #foldCost(node: FoldNode): Range {
    let sum = add(this.cost(node.range), this.cost(node.initial));
    this.#push(node.accumulator, {
      path: this.#pathOf(node.initial),
      size: this.#size(node.initial),
      entries: this.entriesOf(node.initial),
    });
    const entries = this.entriesOf(node.range);
    const kind = entries?.of ?? node.range.type.kind;
    const isList = kind === "list";
    const path = this.#pathOf(node.range);
    const along = (step: string, size: Range | undefined): Local => ({
      path: [...path, step],
      size,
      entries: undefined,
    });
    const value = along(isList ? "@items" : "@values", entries?.value);
    const key = along(isList ? "@indices" : "@keys", entries?.key);
    this.#push(node.variable, isList && node.secondVariable === undefined ? value : key);
    if (node.secondVariable !== undefined) this.#push(node.secondVariable, value);
    const round = add(this.cost(node.condition), this.cost(node.step));
    this.#pop(node.variable);
    if (node.secondVariable !== undefined) this.#pop(node.secondVariable);
    sum = add(sum, this.cost(node.result));
    this.#pop(node.accumulator);
    const count = this.#size(node.range) ?? unknownSize;
    this.#setFoldSize(node, count);
    return add(sum, multiply(count, round));
  }

  #setFoldSize(node: FoldNode, count: Range): void {
    if (node.initial.kind === "literal") {
      const size = this.#size(node.initial);
      if (size !== undefined) this.#sizes.set(node, size);
    } else if (node.initial.kind === "list" || node.initial.kind === "map") {
      this.#sizes.set(node, count);
      this.setEntries(node, this.entriesOf(node.step));
    }
  }

  #bindingCost(node: FoldNode): Range {
    const sum = add(this.cost(node.range), this.cost(node.initial));
    this.#push(node.accumulator, {
      path: this.#pathOf(node.initial),
      size: this.#size(node.initial),
      entries: this.entriesOf(node.initial),
    });
    const result = this.cost(node.result);
    this.#pop(node.accumulator);
    const size = this.#size(node.result);
    if (size !== undefined) this.#sizes.set(node, size);
    this.setEntries(node, this.entriesOf(node.result));
    return add(sum, result);
  }

  #operand(node: ExpressionNode): Operand {
    const path = this.#pathOf(node);
    const isAccumulator = path[0] === macroAccumulator;
    return { node, type: node.type, path: isAccumulator ? [] : path, size: this.#size(node) };
  }

  #size(node: ExpressionNode): Range | undefined {
    if (node.kind === "optional") return this.#size(node.value);
    const known = this.#sizes.get(node) ?? writtenSize(node);
    if (known !== undefined) return known;
    const declared = this.#declaredSize(this.#pathOf(node));
    if (declared !== undefined) {
      this.#sizes.set(node, declared);
      return declared;
    }
    if (isScalar(node.type)) return fixed(1);
    return node.kind === "name" ? this.#local(node)?.size : undefined;
  }

  #declaredSize(path: Path): Range | undefined {
    const [variable, ...steps] = path;
    let declaration: Declaration | undefined = variable === undefined ? undefined : this.#root;
    for (const step of steps) {
      if (step === "@items" || step === "@values") declaration = declaration?.element;
      else if (step === "@keys") declaration = declaration?.key;
      else declaration = declaration?.fields?.get(step);
    }
    return declaration === undefined ? undefined : { min: 0, max: declaration.maxElements };
  }

  #pathOf(node: ExpressionNode): Path {
    if (node.kind === "name") {
      const local = this.#local(node);
      if (local !== undefined) return local.path;
    }
    return this.#paths.get(node) ?? [];
  }

  #local(node: NameNode): Local | undefined {
    return this.#locals.get(node.name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    const known = this.#locals.get(name);
    if (known === undefined) this.#locals.set(name, [local]);
    else known.push(local);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }
}

function isBinding(node: FoldNode): boolean {
  return (
    node.range.kind === "list" &&
    node.range.items.length === 0 &&
    node.condition.kind === "literal" &&
    node.condition.value === false
  );
}

function hasFields(type: CelType): boolean {
  return type.kind === "map" || type.kind === "struct" || type.kind === "param";
}

/** The size of what is written down in the expression. */
function writtenSize(node: ExpressionNode): Range | undefined {
  if (node.kind === "list") return fixed(node.items.length);
  if (node.kind === "map") return fixed(node.entries.length);
  if (node.kind !== "literal") return undefined;
  if (typeof node.value === "string") return fixed(characters(node.value));
  return fixed(node.value instanceof Uint8Array ? node.value.length : 1);
}

function isScalar(type: CelType): boolean {
  const held = unwrapOptional(type);
  if (held !== undefined) return isScalar(held);
  return ["bool", "double", "duration", "int", "timestamp", "uint"].includes(type.kind);
}
