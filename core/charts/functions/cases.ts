import { isSpace } from "../template/space.ts";
import { lowerLetter, mapLetters, titleLetter, upperLetter } from "./letters.ts";

/** Changes of case as the libraries behind sprig make them (Go's strings.Title, goutils, xstrings). */

const isUpper = (letter: string) => /^\p{Lu}$/u.test(letter);
const isLower = (letter: string) => /^\p{Ll}$/u.test(letter);
const isNumber = (letter: string) => /^\p{N}$/u.test(letter);
const isPunctuation = (letter: string) => /^\p{P}$/u.test(letter);
const isConnector = (letter: string) => letter === "-" || letter === "_" || isSpace(letter);
/** Any letter but the Chinese characters that xstrings knows of. */
const isAlphabet = (letter: string) =>
  /^\p{L}$/u.test(letter) && !/^[\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}]$/u.test(letter);

/** Raises the first letter of every word; a word ends at anything but letters, digits and underscores. */
export function titleCase(text: string): string {
  let previous = " ";
  let result = "";
  for (const letter of text) {
    result += isSeparator(previous) ? titleLetter(letter) : letter;
    previous = letter;
  }
  return result;
}

function isSeparator(letter: string): boolean {
  if (letter <= "\x7f") return !/[A-Za-z0-9_]/.test(letter);
  return !/[\p{L}\p{Nd}]/u.test(letter) && isSpace(letter);
}

/** Swaps upper and lower case; a word's first letter gets title case. */
export function swapCase(text: string): string {
  let result = "";
  let isFirst = true;
  for (const letter of text) {
    if (isUpper(letter) || /^\p{Lt}$/u.test(letter)) result += lowerLetter(letter);
    else if (isLower(letter)) result += isFirst ? titleLetter(letter) : upperLetter(letter);
    else {
      result += letter;
      isFirst = isSpace(letter);
      continue;
    }
    isFirst = false;
  }
  return result;
}

/** `some_words` to `SomeWords`. */
export function pascalCase(text: string): string {
  const letters = [...text];
  let result = "";
  let at = 0;
  while (at < letters.length && isConnector(letters[at] ?? "")) result += letters[at++];
  // Of nothing but connectors the last is written twice.
  if (at >= letters.length) return result + (letters.at(-1) ?? "");
  const first = letters[at] ?? "";
  let current = upperLetter(first);
  let firstIsUpper = isUpper(first);
  for (at++; at < letters.length; at++) {
    const previous = current;
    current = letters[at] ?? "";
    if (isConnector(current) && isConnector(previous)) {
      result += previous;
      continue;
    }
    if (isConnector(previous)) {
      firstIsUpper = isUpper(current);
      current = upperLetter(current);
      continue;
    }
    if (firstIsUpper) {
      if (isUpper(current)) current = lowerLetter(current);
      else firstIsUpper = false;
    }
    result += previous;
  }
  return result + current;
}

/** `FirstName` to `first_name`. */
export function snakeCase(text: string): string {
  return separated(text, "_");
}

/** `FirstName` to `first-name`. */
export function kebabCase(text: string): string {
  return separated(text, "-");
}

type WordKind = "none" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other";

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

/** What xstrings takes for no letter: a byte that isn't UTF-8, and the character that stands for such ones. */
const isBroken = (letter: string) => /^[\ud800-\udfff\ufffd]$/.test(letter);

/** Cuts a text into the words xstrings sees. What is broken belongs to the word around it. */
class Words {
  readonly #letters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#letters = [...text];
  }

  get done(): boolean {
    return this.#at >= this.#letters.length;
  }

  next(): Word {
    const start = this.#at;
    const { letter: first, length } = this.#ahead("\ufffd");
    this.#at += length;
    const kind = isBroken(first) ? "none" : kindOf(first);
    if (kind === "upper") this.#upper(first);
    else if (kind !== "none") this.#run(kind, first);
    return { kind, text: this.#letters.slice(start, this.#at).join("") };
  }

  /** The next letter, and how far it and what is broken before it reach; `otherwise` where no letter is left. */
  #ahead(otherwise: string): { letter: string; length: number } {
    for (let at = this.#at; at < this.#letters.length; at++) {
      const letter = this.#letters[at] ?? "";
      if (!isBroken(letter)) return { letter, length: at + 1 - this.#at };
    }
    return { letter: otherwise, length: this.#letters.length - this.#at };
  }

  #run(kind: WordKind, first: string): void {
    let previous = first;
    while (!this.done) {
      const { letter, length } = this.#ahead(previous);
      if (!goesOn(kind, letter)) return;
      this.#at += length;
      previous = letter;
    }
  }

  /** `HTTPStatus` is HTTP and Status; `Name` is one word. */
  #upper(first: string): void {
    if (this.done) return;
    let { letter, length } = this.#ahead(first);
    if (!isUpper(letter)) {
      if (isAlphabet(letter)) this.#run("alphabet", letter);
      return;
    }
    let last = 0;
    while (isUpper(letter)) {
      last = length;
      this.#at += length;
      if (this.done) return;
      ({ letter, length } = this.#ahead(letter));
    }
    if (isAlphabet(letter)) this.#at -= last;
  }
}

/** Whether a letter belongs to a word of a kind that has begun: an underscore within punctuation is no connector. */
function goesOn(kind: WordKind, letter: string): boolean {
  switch (kind) {
    case "connector":
      return isConnector(letter);
    case "punctuation":
      return isPunctuation(letter);
    case "alphabet":
      return isAlphabet(letter) && !isUpper(letter);
    case "number":
      return isNumber(letter);
    default:
      return kindOf(letter) === "other";
  }
}

function kindOf(letter: string): WordKind {
  if (isConnector(letter)) return "connector";
  if (isPunctuation(letter)) return "punctuation";
  if (isUpper(letter)) return "upper";
  if (isAlphabet(letter)) return "alphabet";
  return isNumber(letter) ? "number" : "other";
}

function separated(text: string, connector: string): string {
  const words = new Words(text);
  let result = "";
  const changed = (letter: string) =>
    isConnector(letter) ? connector : isUpper(letter) ? lowerLetter(letter) : letter;
  const put = (word: Word) => {
    const isChanged = word.kind === "connector" || word.kind === "upper";
    result += isChanged ? mapLetters(word.text, changed) : word.text;
  };
  const isGap = (word: Word) => word.kind === "connector" || word.kind === "punctuation";
  let word = words.next();
  while (!words.done) {
    if (word.kind !== "connector") put(word);
    const previous = word;
    word = words.next();
    if (previous.kind === "connector") put(previous);
    else if (previous.kind === "number") {
      while (word.kind === "alphabet" || word.kind === "number") {
        put(word);
        word = words.next();
      }
      if (word.kind !== "none" && !isGap(word)) result += connector;
    } else if (previous.kind !== "punctuation") {
      if (word.kind !== "number") {
        if (!isGap(word)) result += connector;
      } else if (!words.done) {
        // Digits belong to the word before them unless lower-case letters follow.
        const number = word;
        word = words.next();
        if (word.kind !== "alphabet") {
          put(number);
          if (!isGap(word)) result += connector;
        } else {
          result += connector;
          put(number);
          while (word.kind === "alphabet" || word.kind === "number") {
            put(word);
            word = words.next();
          }
          if (word.kind !== "none" && !isGap(word)) result += connector;
        }
      }
    }
  }
  put(word);
  return result;
}
