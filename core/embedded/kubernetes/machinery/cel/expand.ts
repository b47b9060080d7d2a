import type { CelLiteral, CelSyntax } from "@catalyst/base/cel-syntax";
import type {
  CallNode,
  ExpressionNode,
  FoldNode,
  ListNode,
  LiteralNode,
  MapNode,
  NameNode,
  OptionalNode,
  SelectNode,
  StructNode,
} from "./expression.ts";
import type { Issue } from "./issue.ts";
import { expandMacro } from "./macros.ts";
import { dynType } from "./type.ts";

const functions: Readonly<Record<string, string>> = {
  "==": "_==_",
  "!=": "_!=_",
  "<": "_<_",
  "<=": "_<=_",
  ">": "_>_",
  ">=": "_>=_",
  "+": "_+_",
  "-": "_-_",
  "*": "_*_",
  "/": "_/_",
  "%": "_%_",
  "&&": "_&&_",
  "||": "_||_",
  "!_": "!_",
  "-_": "-_",
  "?:": "_?_:_",
  in: "@in",
};

/** Makes nodes with ids of their own; the macros are written with it. */
export class NodeFactory {
  readonly issues: Issue[] = [];
  #nextId = 1;

  literal(at: number, value: CelLiteral): LiteralNode {
    return { kind: "literal", value, ...this.#node(at) };
  }

  name(at: number, name: string): NameNode {
    return { kind: "name", name, ...this.#node(at) };
  }

  select(at: number, operand: ExpressionNode, field: string, testOnly = false): SelectNode {
    return { kind: "select", operand, field, testOnly, ...this.#node(at) };
  }

  call(at: number, name: string, args: readonly ExpressionNode[], target?: ExpressionNode): CallNode {
    return {
      kind: "call",
      name,
      args,
      overloads: [],
      ...(target === undefined ? {} : { target }),
      ...this.#node(at),
    };
  }

  optional(at: number, value: ExpressionNode): OptionalNode {
    return { kind: "optional", value, ...this.#node(at) };
  }

  list(at: number, items: readonly ExpressionNode[]): ListNode {
    return { kind: "list", items, ...this.#node(at) };
  }

  map(at: number, entries: readonly (readonly [ExpressionNode, ExpressionNode])[]): MapNode {
    return { kind: "map", entries, ...this.#node(at) };
  }

  struct(at: number, name: string, fields: StructNode["fields"]): StructNode {
    return { kind: "struct", name, fields, ...this.#node(at) };
  }

  fold(at: number, parts: Omit<FoldNode, "kind" | "id" | "at" | "type">): FoldNode {
    return { kind: "fold", ...parts, ...this.#node(at) };
  }

  /** Notes what is wrong and stands in for it. */
  refuse(at: number, message: string): ExpressionNode {
    this.issues.push({ at, message });
    return this.literal(at, null);
  }

  #node(at: number): { readonly id: number; readonly at: number; type: typeof dynType } {
    return { id: this.#nextId++, at, type: dynType };
  }
}

/** Expands a written expression's operators and macros to the form types and costs are defined on. */
export function expand(syntax: CelSyntax): {
  readonly node: ExpressionNode;
  readonly issues: readonly Issue[];
} {
  const factory = new NodeFactory();
  return { node: expandNode(factory, syntax), issues: factory.issues };
}

function expandNode(factory: NodeFactory, syntax: CelSyntax): ExpressionNode {
  const inner = (part: CelSyntax) => expandNode(factory, part);
  const { at } = syntax;
  switch (syntax.kind) {
    case "literal":
      return factory.literal(at, syntax.value);
    case "name":
      return factory.name(at, syntax.name);
    case "select":
      return syntax.optional
        ? factory.call(at, "_?._", [inner(syntax.operand), factory.literal(at, syntax.field)])
        : factory.select(at, inner(syntax.operand), syntax.field);
    case "index":
      return factory.call(at, syntax.optional ? "_[?_]" : "_[_]", [
        inner(syntax.operand),
        inner(syntax.index),
      ]);
    case "optional":
      return factory.optional(at, inner(syntax.value));
    case "list":
      return factory.list(at, syntax.items.map(inner));
    case "map":
      return factory.map(
        at,
        syntax.entries.map(([key, value]) => [inner(key), inner(value)]),
      );
    case "struct":
      return factory.struct(
        at,
        syntax.name,
        syntax.fields.map((field) => ({ ...field, value: inner(field.value) })),
      );
    case "operator":
      return expandOperator(factory, syntax.operator, at, syntax.args.map(inner));
    case "call": {
      const target = syntax.target === undefined ? undefined : inner(syntax.target);
      const args = syntax.args.map(inner);
      return (
        expandMacro(factory, at, syntax.name, target, args) ?? factory.call(at, syntax.name, args, target)
      );
    }
  }
}

function expandOperator(
  factory: NodeFactory,
  operator: string,
  at: number,
  args: readonly ExpressionNode[],
): ExpressionNode {
  const [first] = args;
  if (operator === "-_" && first?.kind === "literal") {
    const { value } = first;
    if (typeof value === "bigint" || typeof value === "number") return factory.literal(at, -value);
  }
  return factory.call(at, functions[operator] ?? operator, args);
}
