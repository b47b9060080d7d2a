/** Bounds that hold every subject a filter matches, for the database to look in; the filter itself decides. */
export interface SubjectRange {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

/** Subjects are ASCII, so this is greater than any of them. */
const beyond = "\u007f";

/** The range of a filter: everything that begins with its tokens up to the first wildcard. */
export function subjectRange(filter: string): SubjectRange {
  const tokens = filter.split(".");
  const wildcard = tokens.findIndex((token) => token === "*" || token === ">");
  if (wildcard < 0) return { from: filter, to: `${filter}\u0000` };
  const prefix = tokens
    .slice(0, wildcard)
    .map((token) => `${token}.`)
    .join("");
  return { from: prefix, to: prefix + beyond };
}

/** Tells whether the range alone decides: what follows it is `>` or nothing. */
export function isExactRange(filter: string): boolean {
  const tokens = filter.split(".");
  const wildcard = tokens.findIndex((token) => token === "*" || token === ">");
  return wildcard < 0 || (tokens[wildcard] === ">" && wildcard === tokens.length - 1);
}
