import { yamlLibrary } from "./yaml-library.ts";

/**
 * Tells whether a text nests flow collections deeper than `limit`, or opens more block collections in one line. The
 * parser keeps every level that is open, at a cost out of all proportion to the two bytes it takes, so this is asked
 * before it: by tokens, which end where the limit is passed, and of texts alone that could.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  if (!opensMoreThan(text, limit)) return false;
  const { CST, Lexer } = yamlLibrary();
  let flow = 0;
  let inLine = 0;
  for (const lexeme of new Lexer().lex(text)) {
    switch (CST.tokenType(lexeme)) {
      case "flow-map-start":
      case "flow-seq-start":
        flow++;
        break;
      case "flow-map-end":
      case "flow-seq-end":
        flow--;
        break;
      case "seq-item-ind":
      case "explicit-key-ind":
        // in a flow collection they stand side by side
        if (flow === 0) inLine++;
        break;
      case "newline":
        inLine = 0;
        break;
    }
    if (flow > limit || inLine > limit) return true;
  }
  return false;
}

/** Whether a text has enough of the characters by which collections begin, whatever they mean where they stand. */
function opensMoreThan(text: string, limit: number): boolean {
  let count = 0;
  for (const _ of text.matchAll(/[[{]|[-?]\s/g)) if (++count > limit) return true;
  return false;
}
