const simpleEscapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Tells whether Go prints a character as it is: letters, marks, numbers, punctuation, symbols, the space. */
export function isPrintable(character: string): boolean {
  return character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

/** Quotes as Go's strconv.Quote (%q). With `asciiOnly` everything else is escaped (%+q). */
export function quote(text: string, delimiter = '"', asciiOnly = false): string {
  if (plainText.test(text) && delimiter === '"') return `"${text}"`;
  let quoted = delimiter;
  for (const character of text) quoted += quoteCharacter(character, delimiter, asciiOnly);
  return quoted + delimiter;
}

function quoteCharacter(character: string, delimiter: string, asciiOnly: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === delimiter || character === "\\") return `\\${character}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !asciiOnly && isPrintable(character)) return character;
  const simple = simpleEscapes[character];
  if (simple !== undefined) return simple;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code >= 0x10000) return `\\U${code.toString(16).padStart(8, "0")}`;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
