/** Templates with less in them: without one piece after the other, the largest first, or with a simpler one in its place. */
export function* smallerTemplates(template: string): Generator<string> {
  const pieces =
    template.match(/\{\{(?:-(?=\s))?|(?:\s-)?\}\}|"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|\s+|[^\s(){}|"`]+|./gs) ??
    [];
  for (let size = pieces.length - 1; size >= 1; size = size > 12 ? Math.floor(size / 1.5) : size - 1) {
    for (let at = 0; at + size <= pieces.length; at++) {
      const cut = pieces.slice(at, at + size);
      if (balance(cut) === 0) yield [...pieces.slice(0, at), ...pieces.slice(at + size)].join("");
    }
  }
  for (const [at, piece] of pieces.entries()) {
    const replaced = (by: string, size = 1) =>
      [...pieces.slice(0, at), by, ...pieces.slice(at + size)].join("");
    if (piece === "(") {
      const size = groupLength(pieces, at);
      for (const by of ["nil", "1", '"a"', "(list)", "(dict)"])
        if (size > 3 || !by.startsWith("(")) yield replaced(by, size);
    } else if (/^["`].{2,}["`]$/s.test(piece) && piece !== '"a"') {
      yield replaced('"a"');
      yield replaced('""');
    }
  }
}

function balance(pieces: readonly string[]): number {
  let open = 0;
  for (const piece of pieces) open += piece === "(" ? 1 : piece === ")" ? -1 : 0;
  return open;
}

function groupLength(pieces: readonly string[], start: number): number {
  let open = 0;
  for (let at = start; at < pieces.length; at++) {
    open += pieces[at] === "(" ? 1 : pieces[at] === ")" ? -1 : 0;
    if (open === 0) return at - start + 1;
  }
  return 1;
}
