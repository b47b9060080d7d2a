import { describeToken, Lexer, type Token, type TokenType } from "./lexer.ts";
import type { ListNode, Source } from "./nodes.ts";
import { GoError } from "./values.ts";

/** Reads the tokens of a template with any number put back, and complains as Go's parser does. */
export class TokenReader {
  protected readonly source: Source;
  /** Line of the action being read, 0 outside of one. */
  protected actionLine = 0;
  readonly #lexer: Lexer;
  /** Tokens put back; the next one is the last. */
  readonly #pending: Token[] = [];
  #last: Token = { type: "eof", position: 0, text: "", line: 1 };

  constructor(source: Source) {
    this.source = source;
    this.#lexer = new Lexer(source.text);
  }

  /** Puts tokens back; the last one given comes first again. */
  protected putBack(...tokens: Token[]): void {
    this.#pending.push(...tokens);
  }

  protected newList(position: number): ListNode {
    return this.at({ type: "list", nodes: [] }, position);
  }

  protected at<const T extends { readonly type: string }>(
    node: T,
    position: number,
  ): T & { position: number; source: Source } {
    return Object.assign(node, { position, source: this.source });
  }

  protected next(): Token {
    this.#last = this.#pending.pop() ?? this.#lexer.next();
    return this.#last;
  }

  protected nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== "space") return token;
    }
  }

  protected peek(): Token {
    const token = this.next();
    this.#pending.push(token);
    return token;
  }

  protected peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#pending.push(token);
    return token;
  }

  protected expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    return token.type === type ? token : this.unexpected(token, context);
  }

  protected unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.fail(`unexpected ${describeToken(token)} in ${context}`);
    let extra = "";
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      extra = ` in action started at ${this.source.name}:${this.actionLine}`;
      if (token.text.endsWith(" action")) extra = extra.slice(" in action".length);
    }
    return this.fail(token.text + extra);
  }

  protected fail(message: string): never {
    throw new GoError(`template: ${this.source.name}:${this.#last.line}: ${message}`);
  }

  protected literal<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof GoError) return this.fail(error.message);
      throw error;
    }
  }
}
