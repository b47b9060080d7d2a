import { CatalystError } from "./errors.ts";
import { decodeNode } from "./go-yaml/decode.ts";
import { parseDocument } from "./go-yaml/parser.ts";

export { GoYamlError } from "./go-yaml/errors.ts";

/**
 * Parses the first document of a text as sigs.k8s.io/yaml does into an untyped value, by go-yaml 2's own rules:
 * mappings are Maps, a key given twice has its last value. Throws GoYamlError with go-yaml's text where go-yaml
 * refuses it, and CatalystError `yaml-too-large` past `sizeLimit` (characters), where it nests more than 1,000 deep and
 * where aliases expand to more than 50,000 nodes (security case 9).
 */
export function parseGoYaml(text: string, sizeLimit: number): unknown {
  if (text.length > sizeLimit) throw tooLarge(`the document is larger than ${sizeLimit} bytes`);
  const root = parseDocument(text, tooLarge);
  return root === undefined ? null : decodeNode(root, tooLarge);
}

function tooLarge(message: string): CatalystError {
  return new CatalystError("yaml-too-large", message);
}
