import type { TokenType } from "./lexer.ts";
import {
  type ChainNode,
  type CommandNode,
  type Operand,
  type PipeNode,
  printNode,
  type Source,
} from "./nodes.ts";
import { parseNumberLiteral } from "./numbers.ts";
import { quote, unquote } from "./quoting.ts";
import { type Room, TokenReader } from "./token-reader.ts";

/** How deep parentheses and blocks may nest. */
const maxDepth = 1000;

const executable: ReadonlySet<TokenType> = new Set<TokenType>([
  "bool",
  "characterConstant",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "leftParenthesis",
]);

/** Parses what stands between the delimiters: pipelines of commands with operands. */
export class ExpressionParser extends TokenReader {
  /** Variables in scope, for Go's complaint about others. */
  protected variables: string[] = ["$"];
  #depth = 0;
  readonly #hasFunction: (name: string) => boolean;

  constructor(source: Source, hasFunction: (name: string) => boolean, room: Room) {
    super(source, room);
    this.#hasFunction = hasFunction;
  }

  /** Goes one level deeper into blocks or parentheses. */
  protected descend(): void {
    if (++this.#depth > maxDepth) this.fail("max expression depth exceeded");
  }

  protected ascend(): void {
    this.#depth--;
  }

  protected pipeline(context: string, end: TokenType): PipeNode {
    const pipe: PipeNode = this.at(
      { type: "pipe", isAssign: false, declarations: [], commands: [] },
      this.peekNonSpace().position,
    );
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!executable.has(token.type)) this.unexpected(token, context);
      this.putBack();
      pipe.commands.push(this.#command());
    }
    this.#checkPipeline(pipe, context);
    return pipe;
  }

  #declarations(pipe: PipeNode, context: string): void {
    for (;;) {
      const variable = this.peekNonSpace();
      if (variable.type !== "variable") return;
      this.next();
      const space = this.peek();
      const next = this.peekNonSpace();
      const isComma = next.type === "char" && next.text === ",";
      if (next.type !== "assign" && next.type !== "declare" && !isComma) {
        // An argument, not a declaration: put it back with the space that separated it.
        if (space.type === "space") this.putBackTwoBefore(variable, space);
        else this.putBackBefore(variable);
        return;
      }
      this.nextNonSpace();
      pipe.declarations.push(
        this.at({ type: "variable", path: variable.text.split(".") }, variable.position),
      );
      this.variables.push(variable.text);
      if (!isComma) {
        pipe.isAssign = next.type === "assign";
        return;
      }
      if (context !== "range" || pipe.declarations.length >= 2)
        this.fail(`too many declarations in ${context}`);
      const after = this.peekNonSpace().type;
      if (after !== "variable" && after !== "rightDelimiter" && after !== "rightParenthesis") {
        this.fail("range can only initialize variables");
      }
    }
  }

  #checkPipeline(pipe: PipeNode, context: string): void {
    if (pipe.commands.length === 0) this.fail(`missing value for ${context}`);
    pipe.commands.forEach((command, index) => {
      const type = command.args[0]?.type ?? "nil";
      if (index > 0 && ["bool", "dot", "nil", "number", "string"].includes(type)) {
        this.fail(`non executable command in pipeline stage ${index + 1}`);
      }
    });
  }

  #command(): CommandNode {
    const command: CommandNode = this.at({ type: "command", args: [] }, this.peekNonSpace().position);
    for (;;) {
      this.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) command.args.push(operand);
      const token = this.next();
      if (token.type === "space") continue;
      if (token.type === "rightDelimiter" || token.type === "rightParenthesis") this.putBack();
      else if (token.type !== "pipe") this.unexpected(token, "operand");
      break;
    }
    if (command.args.length === 0) this.fail("empty command");
    return command;
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.peek().type !== "field") return node;
    const position = this.peek().position;
    const path: string[] = [];
    while (this.peek().type === "field") path.push(this.next().text.slice(1));
    switch (node.type) {
      case "field":
        return this.at({ type: "field", path: [...node.path, ...path] }, position);
      case "variable":
        return this.at({ type: "variable", path: [...node.path, ...path] }, position);
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.fail(`unexpected . after term ${quote(printNode(node))}`);
    }
    const chain: ChainNode = this.at({ type: "chain", node, path }, position);
    return chain;
  }

  #term(): Operand | undefined {
    const token = this.nextNonSpace();
    const { position, text } = token;
    switch (token.type) {
      case "identifier":
        if (!this.#hasFunction(text)) this.fail(`function ${quote(text)} not defined`);
        return this.at({ type: "identifier", name: text }, position);
      case "dot":
      case "nil":
        return this.at({ type: token.type }, position);
      case "variable":
        if (!this.variables.includes(text)) this.fail(`undefined variable ${quote(text)}`);
        return this.at({ type: "variable", path: [text] }, position);
      case "field":
        return this.at({ type: "field", path: [text.slice(1)] }, position);
      case "bool":
        return this.at({ type: "bool", value: text === "true" }, position);
      case "characterConstant":
      case "number":
        return this.at(
          { type: "number", text, value: this.literal(() => parseNumberLiteral(text)) },
          position,
        );
      case "leftParenthesis":
        return this.#parenthesized();
      case "string":
      case "rawString":
        return this.at({ type: "string", quoted: text, text: this.literal(() => unquote(text)) }, position);
    }
    this.putBack();
    return undefined;
  }

  #parenthesized(): PipeNode {
    this.descend();
    const pipe = this.pipeline("parenthesized pipeline", "rightParenthesis");
    this.ascend();
    return pipe;
  }
}
