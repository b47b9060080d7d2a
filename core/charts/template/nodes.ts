import { byteLength } from "./bytes.ts";
import type { NumberLiteral } from "./numbers.ts";
import { quote } from "./quoting.ts";
import { trimSpace } from "./space.ts";

/** Where a node's text came from: a file, or the text handed to `tpl`. */
export interface Source {
  /** Shown in errors. */
  readonly name: string;
  readonly text: string;
}

interface Placed {
  /** Offset in the source, in UTF-16 units. */
  readonly position: number;
  readonly source: Source;
}

export interface ListNode extends Placed {
  readonly type: "list";
  readonly nodes: Node[];
}
export interface TextNode extends Placed {
  readonly type: "text";
  readonly text: string;
}
export interface ActionNode extends Placed {
  readonly type: "action";
  readonly pipe: PipeNode;
}
export interface BranchNode extends Placed {
  readonly type: "if" | "with" | "range";
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface JumpNode extends Placed {
  readonly type: "break" | "continue";
}
export interface TemplateNode extends Placed {
  readonly type: "template";
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export type Node = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode;

export interface PipeNode extends Placed {
  readonly type: "pipe";
  /** Whether variables are assigned rather than declared. */
  isAssign: boolean;
  readonly declarations: VariableNode[];
  readonly commands: CommandNode[];
}
export interface CommandNode extends Placed {
  readonly type: "command";
  readonly args: Operand[];
}
export interface IdentifierNode extends Placed {
  readonly type: "identifier";
  readonly name: string;
}
export interface VariableNode extends Placed {
  readonly type: "variable";
  /** The variable's name with `$`, then fields. */
  readonly path: readonly string[];
}
export interface FieldNode extends Placed {
  readonly type: "field";
  readonly path: readonly string[];
}
export interface ChainNode extends Placed {
  readonly type: "chain";
  readonly node: Operand;
  readonly path: string[];
}
export interface DotNode extends Placed {
  readonly type: "dot" | "nil";
}
export interface BoolNode extends Placed {
  readonly type: "bool";
  readonly value: boolean;
}
export interface NumberNode extends Placed {
  readonly type: "number";
  readonly text: string;
  readonly value: NumberLiteral;
}
export interface StringNode extends Placed {
  readonly type: "string";
  /** With its quotes, as written. */
  readonly quoted: string;
  readonly text: string;
}
export type Operand =
  | PipeNode
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | DotNode
  | BoolNode
  | NumberNode
  | StringNode;

export type AnyNode = ListNode | Node | PipeNode | CommandNode | Operand;

/** Prints an expression as errors quote it. */
export function printNode(node: AnyNode): string {
  switch (node.type) {
    case "pipe":
      return printPipe(node);
    case "command":
      return node.args.map(printOperand).join(" ");
    case "identifier":
      return node.name;
    case "variable":
      return node.path.join(".");
    case "field":
      return node.path.map((name) => `.${name}`).join("");
    case "chain":
      return printOperand(node.node) + node.path.map((name) => `.${name}`).join("");
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "action":
      return `{{${printPipe(node.pipe)}}}`;
    case "template":
      return `{{template ${quote(node.name)}${node.pipe === undefined ? "" : ` ${printPipe(node.pipe)}`}}}`;
    case "text":
      return node.text;
    case "list":
      return node.nodes.map(printNode).join("");
    case "break":
    case "continue":
      return `{{${node.type}}}`;
    default: {
      const tail = node.elseList === undefined ? "" : `{{else}}${printNode(node.elseList)}`;
      return `{{${node.type} ${printPipe(node.pipe)}}}${printNode(node.list)}${tail}{{end}}`;
    }
  }
}

function printOperand(node: Operand): string {
  return node.type === "pipe" ? `(${printPipe(node)})` : printNode(node);
}

function printPipe(pipe: PipeNode): string {
  const commands = pipe.commands.map(printNode).join(" | ");
  if (pipe.declarations.length === 0) return commands;
  const names = pipe.declarations.map(printNode).join(", ");
  return `${names} ${pipe.isAssign ? "=" : ":="} ${commands}`;
}

/** `name:line:column`, with the column in bytes from 0 as Go counts it. */
export function locate(node: Placed): string {
  const before = node.source.text.slice(0, node.position);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${node.source.name}:${line}:${byteLength(before.slice(lineStart))}`;
}

/** Where a node stands, lines and columns from 1. */
export function placeOf(node: Placed): { file: string; line: number; column: number } {
  const before = node.source.text.slice(0, node.position).split("\n");
  return { file: node.source.name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Tells whether a template holds nothing but white space, so that it doesn't replace another one. */
export function isEmptyTree(list: ListNode): boolean {
  return list.nodes.every((node) => node.type === "text" && trimSpace(node.text) === "");
}
