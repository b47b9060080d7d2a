/**
 * Finds keys that an object in a JSON text has more than once, and those at the paths `unknown`
 * (`metadata.labels.app`, `spec.ports[0].name`): each once, in the text's order and upstream's words. The text
 * must be valid JSON.
 */
export function strictFaults(text: string, unknown: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const unknownPaths = new Set(unknown);
  walkKeys(text, (stack, _index, isDuplicate) => {
    if (!isDuplicate && unknownPaths.size === 0) return;
    const path = printPath(stack);
    if (unknownPaths.has(path)) found.add(`unknown field "${path}"`);
    if (isDuplicate) found.add(`duplicate field "${path}"`);
  });
  return [...found];
}

/** Keys given more than once as YAML's readers tell of them: each time, with its line. */
export function duplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  walkKeys(text, (stack, index, isDuplicate) => {
    if (!isDuplicate) return;
    const line = text.slice(0, index).split("\n").length;
    found.push(`line ${line}: key ${JSON.stringify(stack.at(-1)?.key)} already set in map`);
  });
  return found;
}

function walkKeys(
  text: string,
  tell: (stack: readonly Level[], index: number, isDuplicate: boolean) => void,
): void {
  const stack: Level[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text.charCodeAt(index);
    const level = stack.at(-1);
    if (character === quote) {
      const end = endOfString(text, index);
      if (level?.keys !== undefined && level.expectsKey) {
        level.key = JSON.parse(text.slice(index, end)) as string;
        level.expectsKey = false;
        tell(stack, index, level.keys.has(level.key));
        level.keys.add(level.key);
      }
      index = end;
      continue;
    }
    if (character === openBrace) stack.push({ keys: new Set(), expectsKey: true, key: "", position: 0 });
    else if (character === openBracket)
      stack.push({ keys: undefined, expectsKey: false, key: "", position: 0 });
    else if (character === closeBrace || character === closeBracket) stack.pop();
    else if (character === comma && level !== undefined) {
      if (level.keys === undefined) level.position++;
      else level.expectsKey = true;
    }
    index++;
  }
}

interface Level {
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  expectsKey: boolean;
  key: string;
  position: number;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const character = text.charCodeAt(index);
    if (character === quote) return index + 1;
    index += character === backslash ? 2 : 1;
  }
  return index;
}

function printPath(stack: readonly Level[]): string {
  let text = "";
  for (const level of stack) {
    if (level.keys === undefined) text += `[${level.position}]`;
    else text += text === "" ? level.key : `.${level.key}`;
  }
  return text;
}
