/**
 * White space as Go's unicode.IsSpace, which strings.TrimSpace takes off: JavaScript's trim leaves U+0085 and takes the
 * byte order mark too.
 */
const spaces = new Set(
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

/** Tells whether a character is white space. */
export function isSpace(letter: string): boolean {
  return spaces.has(letter);
}

/** Takes the white space off a text's ends. */
export function trimSpace(text: string): string {
  // A loop rather than a pattern: one for the end would look at a long run of spaces again and again.
  const trimmed = trimSpaceStart(text);
  let end = trimmed.length;
  while (end > 0 && isSpace(trimmed[end - 1] ?? "")) end--;
  return trimmed.slice(0, end);
}

/** Takes the white space off a text's start. */
export function trimSpaceStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text[start] ?? "")) start++;
  return text.slice(start);
}
