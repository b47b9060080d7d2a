import type { CelLiteral } from "@catalyst/base/cel-syntax";
import type { Overload } from "./overload.ts";
import type { CelType } from "./type.ts";

interface Node {
  readonly id: number;
  /** Offset in the text, where errors about it are shown. */
  readonly at: number;
  /** Set by the check. */
  type: CelType;
}

export interface LiteralNode extends Node {
  readonly kind: "literal";
  readonly value: CelLiteral;
}

export interface NameNode extends Node {
  readonly kind: "name";
  readonly name: string;
  /** A type's name used as a value; set by the check. */
  typeName?: string;
}

export interface SelectNode extends Node {
  readonly kind: "select";
  readonly operand: ExpressionNode;
  readonly field: string;
  /** `has(a.b)`: asks whether it is there. */
  readonly testOnly: boolean;
}

export interface CallNode extends Node {
  readonly kind: "call";
  /** cel-go's name of the function: `_+_`, `startsWith`. The check puts a namespace before it: `sets.contains`. */
  name: string;
  target?: ExpressionNode;
  readonly args: readonly ExpressionNode[];
  /** What it may mean, by the types known; set by the check. */
  overloads: readonly Overload[];
}

/**
 * `?x`: an item of a list, the value of a map's entry or of a struct's field, which is left out where `x` is none. Its type
 * is that of what `x` holds.
 */
export interface OptionalNode extends Node {
  readonly kind: "optional";
  readonly value: ExpressionNode;
}

export interface ListNode extends Node {
  readonly kind: "list";
  readonly items: readonly ExpressionNode[];
}

export interface MapNode extends Node {
  readonly kind: "map";
  readonly entries: readonly (readonly [ExpressionNode, ExpressionNode])[];
}

/** A loop over a list or a map: what macros become. */
export interface FoldNode extends Node {
  readonly kind: "fold";
  readonly range: ExpressionNode;
  readonly variable: string;
  readonly secondVariable?: string;
  readonly accumulator: string;
  readonly initial: ExpressionNode;
  readonly condition: ExpressionNode;
  readonly step: ExpressionNode;
  readonly result: ExpressionNode;
}

/** `Name{field: value}`. */
export interface StructNode extends Node {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly {
    readonly at: number;
    readonly name: string;
    readonly value: ExpressionNode;
  }[];
}

/** An expression with its macros expanded, as cel-go's: types and costs are defined on this form. */
export type ExpressionNode =
  | LiteralNode
  | NameNode
  | SelectNode
  | CallNode
  | OptionalNode
  | ListNode
  | MapNode
  | StructNode
  | FoldNode;

/** The accumulator of a macro's loop; no expression can name it. */
export const macroAccumulator = "@result";

/** An expression and everything in it, each part once: a macro may use one twice. */
export function partsOf(node: ExpressionNode): ReadonlySet<ExpressionNode> {
  const parts = new Set([node]);
  // A set is gone through with what is added on the way.
  for (const part of parts) for (const inner of directParts(part)) parts.add(inner);
  return parts;
}

function directParts(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case "literal":
    case "name":
      return [];
    case "select":
      return [node.operand];
    case "call":
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case "optional":
      return [node.value];
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "struct":
      return node.fields.map(({ value }) => value);
    case "fold":
      return [node.range, node.initial, node.condition, node.step, node.result];
  }
}
