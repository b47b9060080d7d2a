import { CatalystError } from "@catalyst/base/errors";
import { describeToken, Lexer, type Token, type TokenType } from "./lexer.ts";
import type { ListNode, Source } from "./nodes.ts";
import { GoError } from "./values.ts";

/** What texts that are kept together may still have. */
export interface Room {
  /** A token takes some hundreds of bytes once it is compiled, so that many of the shortest fill any memory. */
  tokens: number;
}

/** Room for a chart: the largest have a tenth of it. */
export function roomForTemplates(): Room {
  return { tokens: 3_000_000 };
}

/** Reads the tokens of a template with any number put back, and complains as Go's parser does. */
export class TokenReader {
  protected readonly source: Source;
  /** Line of the action being read, 0 outside of one. */
  protected actionLine = 0;
  readonly #lexer: Lexer;
  readonly #room: Room;
  /**
   * The token read last of the text, and above it those put back. A complaint tells the line of the first one, as in
   * Go, also where an earlier token is complained of.
   */
  readonly #tokens: [Token, Token, Token];
  #pending = 0;

  constructor(source: Source, room: Room) {
    this.source = source;
    this.#room = room;
    this.#lexer = new Lexer(source.text);
    const none: Token = { type: "eof", position: 0, text: "", line: 1 };
    this.#tokens = [none, none, none];
  }

  /** Puts the token back that was given last. */
  protected putBack(): void {
    this.#pending++;
  }

  /** Puts a token back in front of the one that was read after it. */
  protected putBackBefore(token: Token): void {
    this.#tokens[1] = token;
    this.#pending = 2;
  }

  /** Puts two tokens back in front of the one that was read after them. */
  protected putBackTwoBefore(first: Token, second: Token): void {
    this.#tokens[1] = second;
    this.#tokens[2] = first;
    this.#pending = 3;
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
    if (this.#pending > 0) this.#pending--;
    else this.#tokens[0] = this.#read();
    return this.#tokens[this.#pending] ?? this.#tokens[0];
  }

  #read(): Token {
    const token = this.#lexer.next();
    if (this.#room.tokens-- > 0) return token;
    throw new CatalystError("chart-limit", "the chart's templates are too long to be rendered", {
      place: { file: this.source.name, line: token.line },
    });
  }

  protected nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== "space") return token;
    }
  }

  protected peek(): Token {
    const token = this.next();
    this.putBack();
    return token;
  }

  protected peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.putBack();
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

  /** The line that a complaint tells. */
  protected get line(): number {
    return this.#tokens[0].line;
  }

  protected fail(message: string, line = this.line): never {
    throw new GoError(`template: ${this.source.name}:${line}: ${message}`);
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
