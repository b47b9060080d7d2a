import { Cursor } from "./cursor.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-names.ts";
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from "./scan-scalars.ts";
import { type Token, type TokenType, token } from "./tokens.ts";

/** How deep collections may lie in each other: go-yaml's own bound. */
const depthLimit = 10_000;

/** How long a key may be that isn't marked with `?`. */
const simpleKeyLimit = 1024;

/** A token that turns out to be a key when a `:` follows it. */
interface SimpleKey {
  isPossible: boolean;
  /** Whether nothing but a key may stand there. */
  readonly isRequired: boolean;
  readonly tokenNumber: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Cuts a text into tokens as libyaml does, on whose Go port Kubernetes' tools stand: by one character ahead, with a
 * memory of what may yet become a key. What it refuses, where and with which words follows from that order. One file past
 * the usual length: every token changes what the next may be.
 */
export class Scanner {
  readonly #cursor: Cursor;
  #tokens: Token[] = [];
  /** How many tokens were taken, and how many of those are still in the list. */
  #taken = 0;
  #head = 0;
  /** Column of the block collection that is open, -1 at the top. */
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #simpleKeyAllowed = true;
  /** One for each flow level. */
  readonly #simpleKeys: SimpleKey[] = [impossibleKey];
  readonly #keysByToken = new Map<number, SimpleKey>();
  #hasEnded = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token, which stays. */
  peek(): Token {
    this.#fetchMore();
    return this.#tokens[this.#head] as Token;
  }

  /** Takes the token that was looked at. */
  skip(): void {
    this.#taken++;
    this.#head++;
    if (this.#head > 64) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Scans on until the first token is sure to be one: no key token can be put before it. */
  #fetchMore(): void {
    for (;;) {
      if (this.#head < this.#tokens.length) {
        const key = this.#keysByToken.get(this.#taken);
        if (key === undefined || !this.#isValid(key)) return;
      }
      if (this.#hasEnded) return;
      this.#fetchNext();
    }
  }

  #fetchNext(): void {
    const cursor = this.#cursor;
    this.#toNextToken();
    cursor.want(4);
    this.#closeDownTo(cursor.column);
    if (cursor.isEnd()) this.#fetchStreamEnd();
    else if (cursor.column === 0 && cursor.code() === 0x25) this.#fetchDirective();
    else if (cursor.isDocumentIndicator()) this.#fetchDocumentIndicator(cursor.code() === 0x2d);
    else if (!this.#fetchIndicator(cursor.code())) {
      if (!this.#startsPlain(cursor.code())) cursor.fail("found character that cannot start any token");
      this.#fetchPlainScalar();
    }
  }

  /** Scans what a character of the syntax begins; false where it isn't one in this place. */
  #fetchIndicator(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case "[":
        return this.#openFlow("flow-sequence-start");
      case "{":
        return this.#openFlow("flow-mapping-start");
      case "]":
        return this.#closeFlow("flow-sequence-end");
      case "}":
        return this.#closeFlow("flow-mapping-end");
      case ",":
        return this.#fetchFlowEntry();
      case "-":
        return this.#cursor.isBlankOrEnd(1) && this.#fetchBlockEntry();
      case "?":
        return (this.#flowLevel > 0 || this.#cursor.isBlankOrEnd(1)) && this.#fetchKey();
      case ":":
        return (this.#flowLevel > 0 || this.#cursor.isBlankOrEnd(1)) && this.#fetchValue();
      case "*":
        return this.#fetchAtom((cursor) => scanAnchor(cursor, "alias"));
      case "&":
        return this.#fetchAtom((cursor) => scanAnchor(cursor, "anchor"));
      case "!":
        return this.#fetchAtom(scanTag);
      case "'":
      case '"':
        return this.#fetchAtom(scanQuotedScalar);
      case "|":
      case ">":
        return this.#flowLevel === 0 && this.#fetchBlockScalar();
      default:
        return false;
    }
  }

  #startsPlain(code: number): boolean {
    const cursor = this.#cursor;
    if (code === 0x2d) return !cursor.isBlank(1);
    if (code === 0x3f || code === 0x3a) return this.#flowLevel === 0 && !cursor.isBlankOrEnd(1);
    return !cursor.isBlankOrEnd() && !",[]{}#&*!|>'\"%@`".includes(String.fromCharCode(code));
  }

  #toNextToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipMark();
      const takesTabs = this.#flowLevel > 0 || !this.#simpleKeyAllowed;
      while (cursor.code() === 0x20 || (takesTabs && cursor.code() === 0x09)) cursor.at++;
      cursor.skipComment();
      if (!cursor.isBreak()) return;
      cursor.readBreak();
      if (this.#flowLevel === 0) this.#simpleKeyAllowed = true;
    }
  }

  /** Whether what was remembered may still become a key: it stands on this line and isn't too long. */
  #isValid(key: SimpleKey): boolean {
    if (!key.isPossible) return false;
    if (key.line === this.#cursor.line && this.#cursor.charactersSince(key.at) <= simpleKeyLimit) return true;
    if (key.isRequired) this.#cursor.fail("could not find expected ':'");
    key.isPossible = false;
    return false;
  }

  #saveSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return;
    const { at, line, column } = this.#cursor;
    this.#removeSimpleKey();
    const key: SimpleKey = {
      isPossible: true,
      isRequired: this.#flowLevel === 0 && this.#indent === column,
      tokenNumber: this.#nextNumber(),
      at,
      line,
      column,
    };
    this.#simpleKeys[this.#simpleKeys.length - 1] = key;
    this.#keysByToken.set(key.tokenNumber, key);
  }

  #nextNumber(): number {
    return this.#taken + this.#tokens.length - this.#head;
  }

  #removeSimpleKey(): void {
    const key = this.#simpleKeys.at(-1);
    if (key === undefined || !key.isPossible) return;
    if (key.isRequired) this.#cursor.fail("could not find expected ':'");
    key.isPossible = false;
    this.#keysByToken.delete(key.tokenNumber);
  }

  /** Opens a block collection at a column, if none is open there; its token stands before token `number`. */
  #openBlock(column: number, type: TokenType, line: number, number = -1): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > depthLimit) this.#cursor.fail(`exceeded max depth of ${depthLimit}`);
    this.#insert(token(type, line), number);
  }

  /** Closes the block collections that lie further right. */
  #closeDownTo(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#add("block-end");
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #insert(inserted: Token, number: number): void {
    const ahead = number - this.#taken;
    if (ahead < 0) this.#tokens.push(inserted);
    else this.#tokens.splice(this.#head + ahead, 0, inserted);
  }

  #add(type: TokenType): void {
    this.#tokens.push(token(type, this.#cursor.line));
  }

  #fetchStreamEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) {
      cursor.line++;
      cursor.lineStart = cursor.at;
    }
    this.#closeDownTo(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#add("stream-end");
    this.#hasEnded = true;
  }

  #fetchDirective(): void {
    this.#closeDownTo(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#tokens.push(scanDirective(this.#cursor));
  }

  #fetchDocumentIndicator(isStart: boolean): void {
    this.#closeDownTo(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#add(isStart ? "document-start" : "document-end");
    this.#cursor.at += 3;
  }

  #openFlow(type: TokenType): true {
    this.#saveSimpleKey();
    this.#simpleKeys.push({ ...impossibleKey, tokenNumber: this.#nextNumber() });
    this.#flowLevel++;
    if (this.#flowLevel > depthLimit) this.#cursor.fail(`exceeded max depth of ${depthLimit}`);
    this.#simpleKeyAllowed = true;
    this.#add(type);
    this.#cursor.at++;
    return true;
  }

  #closeFlow(type: TokenType): true {
    this.#removeSimpleKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      // Where nothing in the collection could be a key, this forgets the collection itself, as go-yaml does.
      this.#keysByToken.delete(this.#simpleKeys.pop()?.tokenNumber ?? -1);
    }
    this.#simpleKeyAllowed = false;
    this.#add(type);
    this.#cursor.at++;
    return true;
  }

  #fetchFlowEntry(): true {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#add("flow-entry");
    this.#cursor.at++;
    return true;
  }

  #fetchBlockEntry(): true {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) cursor.fail("block sequence entries are not allowed in this context");
      this.#openBlock(cursor.column, "block-sequence-start", cursor.line);
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#add("block-entry");
    cursor.at++;
    return true;
  }

  #fetchKey(): true {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) cursor.fail("mapping keys are not allowed in this context");
      this.#openBlock(cursor.column, "block-mapping-start", cursor.line);
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = this.#flowLevel === 0;
    this.#add("key");
    cursor.at++;
    return true;
  }

  #fetchValue(): true {
    const cursor = this.#cursor;
    const key = this.#simpleKeys.at(-1) ?? impossibleKey;
    if (this.#isValid(key)) {
      this.#insert(token("key", key.line), key.tokenNumber);
      this.#openBlock(key.column, "block-mapping-start", key.line, key.tokenNumber);
      key.isPossible = false;
      this.#keysByToken.delete(key.tokenNumber);
      this.#simpleKeyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#simpleKeyAllowed) cursor.fail("mapping values are not allowed in this context");
        this.#openBlock(cursor.column, "block-mapping-start", cursor.line);
      }
      this.#simpleKeyAllowed = this.#flowLevel === 0;
    }
    this.#add("value");
    cursor.at++;
    return true;
  }

  /** What may be a key: anchors, aliases, tags and scalars within a line. */
  #fetchAtom(scan: (cursor: Cursor) => Token): true {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#tokens.push(scan(this.#cursor));
    return true;
  }

  #fetchBlockScalar(): true {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#tokens.push(scanBlockScalar(this.#cursor, this.#indent));
    return true;
  }

  #fetchPlainScalar(): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    const scanned = scanPlainScalar(this.#cursor, this.#indent, this.#flowLevel > 0);
    this.#tokens.push(scanned.token);
    if (scanned.endsInBreak) this.#simpleKeyAllowed = true;
  }
}

const impossibleKey: SimpleKey = {
  isPossible: false,
  isRequired: false,
  tokenNumber: -1,
  at: 0,
  line: 0,
  column: 0,
};
