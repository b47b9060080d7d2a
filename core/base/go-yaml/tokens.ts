/** What the scanner finds. Collections in block style are told by indentation: their starts and ends are tokens too. */
export type TokenType =
  | "stream-end"
  | "version-directive"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "flow-sequence-start"
  | "flow-sequence-end"
  | "flow-mapping-start"
  | "flow-mapping-end"
  | "block-entry"
  | "flow-entry"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly type: TokenType;
  /** Where it starts, from 0. */
  readonly line: number;
  /** A scalar's text, a name, a tag's or directive's handle. */
  readonly value: string;
  /** What follows a tag's handle, a directive's prefix, a version's number. */
  readonly suffix: string;
  /** Whether a scalar stands without quotes or block indicator. */
  readonly isPlain: boolean;
}

export function token(type: TokenType, line: number, value = "", suffix = "", isPlain = false): Token {
  return { type, line, value, suffix, isPlain };
}
