import { parseYaml } from "@catalyst/base/yaml";
import {
  type Fields,
  isAmbiguous,
  isQuoted,
  isScalar,
  isText,
  plainText,
  quoted,
  textOf,
  unquotedFields,
} from "./scalar.ts";

/**
 * Gives a text as Kustomize writes a new one: in quotes where YAML 1.1 takes it for something other than a text.
 * What it is written like counts, for what replaces it is written like it. Source: kyaml's FieldSetter.
 */
export function writtenText(text: string): unknown {
  return isOtherInYaml11(text) ? quoted(text) : plainText(text);
}

/** Gives a mapping of texts as Kustomize writes a new one: its names without quotes. */
export function writtenTexts(texts: Readonly<Record<string, string>>): Fields {
  return unquotedFields(
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, writtenText(text)])),
  );
}

/** Gives a scalar as it is written once Kustomize has set it: a text that YAML 1.1 takes for something else gets quotes. */
export function settled(value: unknown): unknown {
  return isText(value) && !isQuoted(value) ? writtenText(textOf(value)) : value;
}

/** Gives a scalar written as the one before it: a number that replaces a text in quotes is a text. */
export function writtenLike(before: unknown, value: unknown): unknown {
  if (!isScalar(value)) return value;
  if (isQuoted(before)) return quoted(textOf(value));
  return isText(value) ? plainText(textOf(value)) : value;
}

/** Source: kyaml's IsYaml1_1NonString. */
function isOtherInYaml11(text: string): boolean {
  if (text === "" || text.includes("\n")) return false;
  if (isPlainWord.test(text) && !isAmbiguous(text) && !oldWord.test(text)) return false;
  try {
    return typeof parseYaml(text).value !== "string";
  } catch {
    return false;
  }
}

/** What can't be anything but a scalar of one line. */
const isPlainWord = /^[\w./+-][\w./+@=-]*$/;

/** What may be more than a text in YAML 1.1 alone. */
const oldWord = /^(?:[-+.\d]|(?:y|yes|n|no|on|off)$)/i;
