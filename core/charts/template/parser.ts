import { ExpressionParser } from "./expression-parser.ts";
import type { Token } from "./lexer.ts";
import { type BranchNode, isEmptyTree, type ListNode, type Node, type Source } from "./nodes.ts";
import { quote, unquote } from "./quoting.ts";
import { type Room, roomForTemplates } from "./token-reader.ts";

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

/**
 * Parses the text of a template; `hasFunction` tells which functions exist. Gives the template named
 * `source.name` and those it defines, in order. Throws GoError with the text of Go's parser:
 * `template: NAME:LINE: PROBLEM`, and `chart-limit` where there is no room for it, which it takes its part of.
 */
export function parseTemplate(
  source: Source,
  hasFunction: (name: string) => boolean,
  room: Room = roomForTemplates(),
): ParsedTemplate[] {
  return new Parser(source, hasFunction, room).parse();
}

class Parser extends ExpressionParser {
  readonly #defined = new Map<string, ParsedTemplate>();
  #rangeDepth = 0;

  parse(): ParsedTemplate[] {
    const root = this.newList(0);
    while (this.peek().type !== "eof") {
      if (this.peek().type === "leftDelimiter") {
        const delimiter = this.next();
        const word = this.nextNonSpace();
        if (word.type === "define") {
          this.#define();
          continue;
        }
        this.putBackBefore(delimiter);
      }
      const node = this.#textOrAction();
      if (isEnd(node)) this.fail(`unexpected {{${node.type}}}`);
      else root.nodes.push(node);
    }
    this.#add({ name: this.source.name, root });
    return [...this.#defined.values()];
  }

  #add(template: ParsedTemplate): void {
    const known = this.#defined.get(template.name);
    if (known === undefined || isEmptyTree(known.root)) this.#defined.set(template.name, template);
    else if (!isEmptyTree(template.root)) {
      this.fail(`template: multiple definition of template ${quote(template.name)}`);
    }
  }

  #define(): void {
    const name = this.#templateName(this.nextNonSpace(), "define clause");
    this.expect("rightDelimiter", "define clause");
    this.#add({ name, root: this.#body("define clause") });
  }

  /**
   * The list of a define or block, which knows no variable but `$`. A block is another tree to Go's parser: that it
   * doesn't end as it should is complained of where the outer one had come to, which is at its own action.
   */
  #body(context: "block clause" | "define clause"): ListNode {
    const { line } = this;
    const outer = { variables: this.variables, rangeDepth: this.#rangeDepth };
    this.variables = ["$"];
    this.#rangeDepth = 0;
    const { list, end } = this.#itemList();
    if (end.type !== "end") {
      this.fail(`unexpected {{else}} in ${context}`, context === "block clause" ? line : this.line);
    }
    this.variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    return list;
  }

  #itemList(): { list: ListNode; end: End } {
    this.descend();
    const list = this.newList(this.peekNonSpace().position);
    while (this.peekNonSpace().type !== "eof") {
      const node = this.#textOrAction();
      if (isEnd(node)) {
        this.ascend();
        return { list, end: node };
      }
      list.nodes.push(node);
    }
    return this.fail("unexpected EOF");
  }

  #textOrAction(): Node | End {
    const token = this.nextNonSpace();
    if (token.type === "text") return this.at({ type: "text", text: token.text }, token.position);
    if (token.type !== "leftDelimiter") return this.unexpected(token, "input");
    this.actionLine = token.line;
    const node = this.#action();
    this.actionLine = 0;
    return node;
  }

  #action(): Node | End {
    const token = this.nextNonSpace();
    switch (token.type) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(token, token.type);
      case "else":
        return this.#else();
      case "end":
        return { type: "end", position: this.expect("rightDelimiter", "end").position };
      case "if":
      case "with":
      case "range":
        return this.#branch(token.type);
      case "template":
        return this.#template();
    }
    this.putBack();
    return this.at({ type: "action", pipe: this.pipeline("command", "rightDelimiter") }, token.position);
  }

  #jump(token: Token, type: "break" | "continue"): Node {
    const next = this.nextNonSpace();
    if (next.type !== "rightDelimiter") this.unexpected(next, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.fail(`{{${type}}} outside {{range}}`);
    return this.at({ type }, token.position);
  }

  #else(): End {
    const next = this.peekNonSpace();
    if (next.type === "if" || next.type === "with") return { type: "else", position: next.position };
    return { type: "else", position: this.expect("rightDelimiter", "else").position };
  }

  #branch(type: BranchNode["type"]): BranchNode {
    const variables = this.variables.length;
    const pipe = this.pipeline(type, "rightDelimiter");
    if (type === "range") this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (type === "range") this.#rangeDepth--;
    const elseList = end.type === "else" ? this.#elseList(type, end) : undefined;
    this.variables.length = variables;
    return this.at({ type, pipe, list, elseList }, pipe.position);
  }

  /** `{{else if x}}` is `{{else}}{{if x}}` whose `{{end}}` is the outer one's too; `else with` likewise. */
  #elseList(type: BranchNode["type"], end: End): ListNode {
    if (type !== "range" && this.peek().type === type) {
      this.next();
      const list = this.newList(end.position);
      list.nodes.push(this.#branch(type));
      return list;
    }
    const { list, end: last } = this.#itemList();
    if (last.type !== "end") this.fail("expected end; found {{else}}");
    return list;
  }

  #block(): Node {
    const token = this.nextNonSpace();
    const name = this.#templateName(token, "block clause");
    const pipe = this.pipeline("block clause", "rightDelimiter");
    this.#add({ name, root: this.#body("block clause") });
    return this.at({ type: "template", name, pipe }, token.position);
  }

  #template(): Node {
    const token = this.nextNonSpace();
    const name = this.#templateName(token, "template clause");
    const next = this.nextNonSpace();
    if (next.type === "rightDelimiter") {
      return this.at({ type: "template", name, pipe: undefined }, token.position);
    }
    this.putBack();
    const pipe = this.pipeline("template clause", "rightDelimiter");
    return this.at({ type: "template", name, pipe }, token.position);
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") return this.unexpected(token, context);
    return this.literal(() => unquote(token.text));
  }
}

function isEnd(node: Node | End): node is End {
  return node.type === "end" || node.type === "else";
}
