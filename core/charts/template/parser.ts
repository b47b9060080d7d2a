import { describeToken, Lexer, type Token, type TokenType } from "./lexer.ts";
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  isEmptyTree,
  type ListNode,
  type Node,
  type Operand,
  type PipeNode,
  printNode,
  type Source,
} from "./nodes.ts";
import { parseNumberLiteral } from "./numbers.ts";
import { quote, unquote } from "./quoting.ts";
import { GoError } from "./values.ts";

/** How deep parentheses and blocks may nest. */
const maxDepth = 1000;

/** A template that was parsed: its own text, or a `define` or `block` in it. */
export interface ParsedTemplate {
  readonly name: string;
  readonly root: ListNode;
}

/** What ends a list of nodes. */
interface End {
  readonly type: "end" | "else";
  readonly position: number;
}

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

/**
 * Parses the text of a template; `hasFunction` tells which functions exist. Gives the template named
 * `source.name` and those it defines, in order. Throws GoError with the text of Go's parser:
 * `template: NAME:LINE: PROBLEM`.
 */
export function parseTemplate(source: Source, hasFunction: (name: string) => boolean): ParsedTemplate[] {
  return new Parser(source, hasFunction).parse();
}

class Parser {
  readonly #source: Source;
  readonly #hasFunction: (name: string) => boolean;
  readonly #lexer: Lexer;
  /** Tokens read ahead; the next one is the last. */
  readonly #pending: Token[] = [];
  readonly #defined = new Map<string, ParsedTemplate>();
  #last: Token = { type: "eof", position: 0, text: "", line: 1 };
  #variables: string[] = ["$"];
  #rangeDepth = 0;
  #depth = 0;
  #actionLine = 0;

  constructor(source: Source, hasFunction: (name: string) => boolean) {
    this.#source = source;
    this.#hasFunction = hasFunction;
    this.#lexer = new Lexer(source.text);
  }

  parse(): ParsedTemplate[] {
    const root = this.#newList(0);
    while (this.#peek().type !== "eof") {
      if (this.#peek().type === "leftDelimiter") {
        const delimiter = this.#next();
        const word = this.#nextNonSpace();
        if (word.type === "define") {
          this.#define();
          continue;
        }
        this.#pending.push(word, delimiter);
      }
      const node = this.#textOrAction();
      if (isEnd(node)) this.#fail(`unexpected {{${node.type}}}`);
      else root.nodes.push(node);
    }
    this.#add({ name: this.#source.name, root });
    return [...this.#defined.values()];
  }

  #add(template: ParsedTemplate): void {
    const known = this.#defined.get(template.name);
    if (known === undefined || isEmptyTree(known.root)) this.#defined.set(template.name, template);
    else if (!isEmptyTree(template.root)) {
      this.#fail(`template: multiple definition of template ${quote(template.name)}`);
    }
  }

  #define(): void {
    const name = this.#templateName(this.#nextNonSpace(), "define clause");
    this.#expect("rightDelimiter", "define clause");
    this.#add({ name, root: this.#body("define clause") });
  }

  /** The list of a define or block, which knows no variable but `$`. */
  #body(context: string): ListNode {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth };
    this.#variables = ["$"];
    this.#rangeDepth = 0;
    const { list, end } = this.#itemList();
    if (end.type !== "end") this.#fail(`unexpected {{else}} in ${context}`);
    this.#variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    return list;
  }

  #itemList(): { list: ListNode; end: End } {
    if (++this.#depth > maxDepth) this.#fail("max expression depth exceeded");
    const list = this.#newList(this.#peekNonSpace().position);
    while (this.#peekNonSpace().type !== "eof") {
      const node = this.#textOrAction();
      if (isEnd(node)) {
        this.#depth--;
        return { list, end: node };
      }
      list.nodes.push(node);
    }
    return this.#fail("unexpected EOF");
  }

  #textOrAction(): Node | End {
    const token = this.#nextNonSpace();
    if (token.type === "text") return this.#at({ type: "text", text: token.text }, token.position);
    if (token.type !== "leftDelimiter") return this.#unexpected(token, "input");
    this.#actionLine = token.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Node | End {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(token, token.type);
      case "else":
        return this.#else();
      case "end":
        return { type: "end", position: this.#expect("rightDelimiter", "end").position };
      case "if":
      case "with":
      case "range":
        return this.#branch(token.type);
      case "template":
        return this.#template();
    }
    this.#pending.push(token);
    return this.#at({ type: "action", pipe: this.#pipeline("command", "rightDelimiter") }, token.position);
  }

  #jump(token: Token, type: "break" | "continue"): Node {
    const next = this.#nextNonSpace();
    if (next.type !== "rightDelimiter") this.#unexpected(next, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return this.#at({ type }, token.position);
  }

  #else(): End {
    const next = this.#peekNonSpace();
    if (next.type === "if" || next.type === "with") return { type: "else", position: next.position };
    return { type: "else", position: this.#expect("rightDelimiter", "else").position };
  }

  #branch(type: BranchNode["type"]): BranchNode {
    const variables = this.#variables.length;
    const pipe = this.#pipeline(type, "rightDelimiter");
    if (type === "range") this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (type === "range") this.#rangeDepth--;
    const elseList = end.type === "else" ? this.#elseList(type, end) : undefined;
    this.#variables.length = variables;
    return this.#at({ type, pipe, list, elseList }, pipe.position);
  }

  /** `{{else if x}}` is `{{else}}{{if x}}` whose `{{end}}` is the outer one's too; `else with` likewise. */
  #elseList(type: BranchNode["type"], end: End): ListNode {
    if (type !== "range" && this.#peek().type === type) {
      this.#next();
      const list = this.#newList(end.position);
      list.nodes.push(this.#branch(type));
      return list;
    }
    const { list, end: last } = this.#itemList();
    if (last.type !== "end") this.#fail("expected end; found {{else}}");
    return list;
  }

  #block(): Node {
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, "block clause");
    const pipe = this.#pipeline("block clause", "rightDelimiter");
    this.#add({ name, root: this.#body("block clause") });
    return this.#at({ type: "template", name, pipe }, token.position);
  }

  #template(): Node {
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, "template clause");
    const next = this.#nextNonSpace();
    if (next.type === "rightDelimiter") {
      return this.#at({ type: "template", name, pipe: undefined }, token.position);
    }
    this.#pending.push(next);
    const pipe = this.#pipeline("template clause", "rightDelimiter");
    return this.#at({ type: "template", name, pipe }, token.position);
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") return this.#unexpected(token, context);
    return this.#literal(() => unquote(token.text));
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const pipe: PipeNode = this.#at(
      { type: "pipe", isAssign: false, declarations: [], commands: [] },
      this.#peekNonSpace().position,
    );
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type === end) break;
      if (!executable.has(token.type)) this.#unexpected(token, context);
      this.#pending.push(token);
      pipe.commands.push(this.#command());
    }
    this.#checkPipeline(pipe, context);
    return pipe;
  }

  #declarations(pipe: PipeNode, context: string): void {
    for (;;) {
      const variable = this.#peekNonSpace();
      if (variable.type !== "variable") return;
      this.#next();
      const space = this.#peek();
      const next = this.#peekNonSpace();
      const isComma = next.type === "char" && next.text === ",";
      if (next.type !== "assign" && next.type !== "declare" && !isComma) {
        // An argument, not a declaration: put it back with the space that separated it.
        if (space.type === "space") this.#pending.push(space);
        this.#pending.push(variable);
        return;
      }
      this.#nextNonSpace();
      pipe.declarations.push(
        this.#at({ type: "variable", path: variable.text.split(".") }, variable.position),
      );
      this.#variables.push(variable.text);
      if (!isComma) {
        pipe.isAssign = next.type === "assign";
        return;
      }
      if (context !== "range" || pipe.declarations.length >= 2)
        this.#fail(`too many declarations in ${context}`);
      const after = this.#peekNonSpace().type;
      if (after !== "variable" && after !== "rightDelimiter" && after !== "rightParenthesis") {
        this.#fail("range can only initialize variables");
      }
    }
  }

  #checkPipeline(pipe: PipeNode, context: string): void {
    if (pipe.commands.length === 0) this.#fail(`missing value for ${context}`);
    pipe.commands.forEach((command, index) => {
      const type = command.args[0]?.type ?? "nil";
      if (index > 0 && ["bool", "dot", "nil", "number", "string"].includes(type)) {
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
      }
    });
  }

  #command(): CommandNode {
    const command: CommandNode = this.#at({ type: "command", args: [] }, this.#peekNonSpace().position);
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) command.args.push(operand);
      const token = this.#next();
      if (token.type === "space") continue;
      if (token.type === "rightDelimiter" || token.type === "rightParenthesis") this.#pending.push(token);
      else if (token.type !== "pipe") this.#unexpected(token, "operand");
      break;
    }
    if (command.args.length === 0) this.#fail("empty command");
    return command;
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().type !== "field") return node;
    const position = this.#peek().position;
    const path: string[] = [];
    while (this.#peek().type === "field") path.push(this.#next().text.slice(1));
    switch (node.type) {
      case "field":
        return this.#at({ type: "field", path: [...node.path, ...path] }, position);
      case "variable":
        return this.#at({ type: "variable", path: [...node.path, ...path] }, position);
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.#fail(`unexpected . after term ${quote(printNode(node))}`);
    }
    const chain: ChainNode = this.#at({ type: "chain", node, path }, position);
    return chain;
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { position, text } = token;
    switch (token.type) {
      case "identifier":
        if (!this.#hasFunction(text)) this.#fail(`function ${quote(text)} not defined`);
        return this.#at({ type: "identifier", name: text }, position);
      case "dot":
      case "nil":
        return this.#at({ type: token.type }, position);
      case "variable":
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${quote(text)}`);
        return this.#at({ type: "variable", path: [text] }, position);
      case "field":
        return this.#at({ type: "field", path: [text.slice(1)] }, position);
      case "bool":
        return this.#at({ type: "bool", value: text === "true" }, position);
      case "characterConstant":
      case "number":
        return this.#at(
          { type: "number", text, value: this.#literal(() => parseNumberLiteral(text)) },
          position,
        );
      case "leftParenthesis":
        return this.#parenthesized();
      case "string":
      case "rawString":
        return this.#at({ type: "string", quoted: text, text: this.#literal(() => unquote(text)) }, position);
    }
    this.#pending.push(token);
    return undefined;
  }

  #parenthesized(): PipeNode {
    if (++this.#depth > maxDepth) this.#fail("max expression depth exceeded");
    const pipe = this.#pipeline("parenthesized pipeline", "rightParenthesis");
    this.#depth--;
    return pipe;
  }

  #literal<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof GoError) return this.#fail(error.message);
      throw error;
    }
  }

  #newList(position: number): ListNode {
    return this.#at({ type: "list", nodes: [] }, position);
  }

  #at<const T extends { readonly type: string }>(
    node: T,
    position: number,
  ): T & { position: number; source: Source } {
    return Object.assign(node, { position, source: this.#source });
  }

  #next(): Token {
    this.#last = this.#pending.pop() ?? this.#lexer.next();
    return this.#last;
  }

  #nextNonSpace(): Token {
    for (;;) {
      const token = this.#next();
      if (token.type !== "space") return token;
    }
  }

  #peek(): Token {
    const token = this.#next();
    this.#pending.push(token);
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#pending.push(token);
    return token;
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    return token.type === type ? token : this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.#fail(`unexpected ${describeToken(token)} in ${context}`);
    let extra = "";
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      extra = ` in action started at ${this.#source.name}:${this.#actionLine}`;
      if (token.text.endsWith(" action")) extra = extra.slice(" in action".length);
    }
    return this.#fail(token.text + extra);
  }

  #fail(message: string): never {
    throw new GoError(`template: ${this.#source.name}:${this.#last.line}: ${message}`);
  }
}

function isEnd(node: Node | End): node is End {
  return node.type === "end" || node.type === "else";
}
