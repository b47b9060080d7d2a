/**
 * The method that stands for a struct literal while the library reads a text; nobody else may call one of this
 * name.
 */
export const structMethod = "__struct__";

/** A text in which struct literals are written as calls, which the library can read. */
export interface WithoutStructs {
  readonly text: string;
  /** The offset in the original text of an offset in this one. */
  original(at: number): number;
  /** Whether a call's parenthesis was put there for a struct literal. */
  isStruct(parenthesis: number): boolean;
}

/**
 * Writes every struct literal `a.b{c: d}` as `a.b.__struct__({c: d})`: the library that parses CEL knows none.
 * A brace is one's when it follows a name; all other braces are those of maps.
 */
export function withoutStructs(expression: string): WithoutStructs {
  const opened = `.${structMethod}(`;
  const insertions: { readonly at: number; readonly length: number }[] = [];
  const parentheses = new Set<number>();
  const braces: boolean[] = [];
  let text = "";
  let isAfterName = false;
  for (const token of tokensOf(expression)) {
    if (token === "{") {
      braces.push(isAfterName);
      if (isAfterName) {
        insertions.push({ at: text.length, length: opened.length });
        text += opened;
        parentheses.add(text.length - 1);
      }
    }
    text += token;
    if (token === "}" && braces.pop() === true) {
      insertions.push({ at: text.length, length: 1 });
      text += ")";
    }
    if (!isBlank(token)) isAfterName = /^[_a-zA-Z]\w*$/.test(token) && token !== "in";
  }
  return {
    text,
    original: (at) =>
      insertions.reduce(
        (left, { at: place, length }) => (place < at ? left - Math.min(length, at - place) : left),
        at,
      ),
    isStruct: (parenthesis) => parentheses.has(parenthesis),
  };
}

/** Texts with their prefixes, comments, names, blanks; everything else sign by sign. */
const token =
  /[bB]?[rR]?[bB]?(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*|[_a-zA-Z]\w*|\s+|[\s\S]/g;

function tokensOf(expression: string): readonly string[] {
  return expression.includes("{") ? (expression.match(token) ?? []) : [expression];
}

function isBlank(text: string): boolean {
  return text.trim() === "" || text.startsWith("//");
}
