/**
 * The method that stands for a struct literal while the library reads a text; nobody else may call one of this
 * name.
 */
export const structMethod = "__struct__";

/** A text in which what the library that parses CEL doesn't know is written as something it can read. */
export interface ReadableText {
  readonly text: string;
  /** The offset in the original text of an offset in this one. */
  original(at: number): number;
  /** Whether a call's parenthesis was put there for a struct literal. */
  isStruct(parenthesis: number): boolean;
  /** Whether a `!` was put there for the `?` before an element that may be absent. */
  isOptional(sign: number): boolean;
}

/**
 * Writes every struct literal `a.b{c: d}` as `a.b.__struct__({c: d})`, and the sign of an optional element, `[?a]` and
 * `{?a: b}`, as `[!a]` and `{!a: b}`: the library knows neither. A brace is a struct's when it follows a name; all others
 * are those of maps. A bracket that follows an operand is that of an index.
 */
export function readableText(expression: string): ReadableText {
  const opened = `.${structMethod}(`;
  const insertions: { readonly at: number; readonly length: number }[] = [];
  const parentheses = new Set<number>();
  const signs = new Set<number>();
  const open: Bracket[] = [];
  let text = "";
  let last = "";
  for (const token of tokensOf(expression)) {
    if (opening.has(token)) open.push(bracket(token, last));
    if (open.at(-1) === "struct" && token === "{") {
      insertions.push({ at: text.length, length: opened.length });
      text += opened;
      parentheses.add(text.length - 1);
    }
    const isSign = token === "?" && beginsElement(last, open.at(-1));
    if (isSign) signs.add(text.length);
    text += isSign ? "!" : token;
    if (closing.has(token) && open.pop() === "struct") {
      insertions.push({ at: text.length, length: 1 });
      text += ")";
    }
    if (!isBlank(token)) last = token;
  }
  return {
    text,
    original: (at) =>
      insertions.reduce(
        (left, { at: place, length }) => (place < at ? left - Math.min(length, at - place) : left),
        at,
      ),
    isStruct: (parenthesis) => parentheses.has(parenthesis),
    isOptional: (sign) => signs.has(sign),
  };
}

type Bracket = "struct" | "map" | "list" | "index" | "parentheses";

const opening: ReadonlySet<string> = new Set(["{", "[", "("]);
const closing: ReadonlySet<string> = new Set(["}", "]", ")"]);

function bracket(token: string, last: string): Bracket {
  if (token === "(") return "parentheses";
  const isAfterName = /^[_a-zA-Z]\w*$/.test(last) && last !== "in";
  if (token === "{") return isAfterName ? "struct" : "map";
  return isAfterName || closing.has(last) || /["'\d]$/.test(last) ? "index" : "list";
}

/** Whether what comes after `last` begins an element of the innermost bracket. */
function beginsElement(last: string, inside: Bracket | undefined): boolean {
  if (inside === "list") return last === "[" || last === ",";
  return (inside === "map" || inside === "struct") && (last === "{" || last === ",");
}

/** Texts with their prefixes, comments, names, blanks; everything else sign by sign. */
const token =
  /[bB]?[rR]?[bB]?(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*|[_a-zA-Z]\w*|\s+|[\s\S]/g;

function tokensOf(expression: string): readonly string[] {
  return /[{?]/.test(expression) ? (expression.match(token) ?? []) : [expression];
}

function isBlank(text: string): boolean {
  return text.trim() === "" || text.startsWith("//");
}
