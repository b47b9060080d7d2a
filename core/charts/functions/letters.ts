/**
 * Changes of case one character at a time, as Go's unicode package: JavaScript's own make two letters of one (ß), and
 * look at what stands beside a letter (Σ).
 */

/** Letters made of two, as upper, lower and title case each. */
const digraphs = ["Ǆǆǅ", "Ǉǉǈ", "Ǌǌǋ", "Ǳǳǲ"];

/** Gives a character in upper case. */
export function upperLetter(letter: string): string {
  const changed = letter.toUpperCase();
  if (changed.length === letter.length) return changed;
  const code = letter.codePointAt(0) ?? 0;
  // Greek letters with an iota below have a capital of their own.
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return letter;
}

/** Gives a character in lower case. */
export function lowerLetter(letter: string): string {
  if (letter === "İ") return "i";
  const changed = letter.toLowerCase();
  return changed.length === letter.length ? changed : letter;
}

/** Gives a character in title case. */
export function titleLetter(letter: string): string {
  const digraph = digraphs.find((forms) => forms.includes(letter));
  if (digraph !== undefined) return digraph[2] ?? letter;
  // Georgian has capitals for whole words only.
  return /^[ა-ჿ]$/.test(letter) ? letter : upperLetter(letter);
}

/** Changes every character of a text; a byte that is no UTF-8 becomes U+FFFD, as where Go goes through a text. */
export function mapLetters(text: string, change: (letter: string) => string): string {
  let changed = "";
  for (const letter of text.toWellFormed()) changed += change(letter);
  return changed;
}
