import { yamlLibrary } from "./yaml-library.ts";

/** A value to be put at a place of a document. */
export interface YamlEdit {
  readonly path: readonly (string | number)[];
  /** Scalars by their texts. */
  readonly value: unknown;
  /** Whether a scalar needs quotes, because it would mean something else without. */
  readonly needsQuotes: boolean;
}

/**
 * Changes places of a YAML document and prints it with its comments, order and quotes, as go-yaml 3 writes a
 * document it read: sequences not indented, lines not folded.
 */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  const { isScalar, parseDocument, Scalar } = yamlLibrary();
  const document = parseDocument(text, { version: "1.1", schema: "failsafe", prettyErrors: false });
  for (const { path, value, needsQuotes } of edits) {
    document.setIn(path, value);
    const node = document.getIn(path, true);
    if (needsQuotes && isScalar(node) && (node.type === undefined || node.type === Scalar.PLAIN)) {
      node.type = Scalar.QUOTE_DOUBLE;
    }
  }
  return document.toString({ indent: 2, indentSeq: false, lineWidth: 0 });
}
