/** Something wrong with an expression, at an offset of its text. */
export interface Issue {
  readonly at: number;
  readonly message: string;
}

/** cel-go reports no more than these. */
const maxIssues = 100;

/** Prints issues as cel-go does: place and message, the line, and a mark below it. */
export function printIssues(expression: string, issues: readonly Issue[]): string {
  const placed = issues
    .slice(0, maxIssues)
    .map((issue) => ({ ...issue, ...placeOf(expression, issue.at) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const shown = placed.map(({ line, column, message, text }) => {
    const source = text.replaceAll("\t", " ");
    const before = [...source].slice(0, column).map((character) => (isWide(character) ? "．" : "."));
    const marked = [...source][column];
    const mark = marked !== undefined && isWide(marked) ? "＾" : "^";
    return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${source}\n | ${before.join("")}${mark}`;
  });
  const rest = issues.length - maxIssues;
  return [...shown, ...(rest > 0 ? [`${rest} more errors were truncated`] : [])].join("\n");
}

function isWide(character: string): boolean {
  return character.charCodeAt(0) > 0x7f;
}

function placeOf(expression: string, at: number): { line: number; column: number; text: string } {
  const before = expression.slice(0, at);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const end = expression.indexOf("\n", at);
  return {
    line,
    column: [...expression.slice(start, at)].length,
    text: expression.slice(start, end === -1 ? expression.length : end),
  };
}
