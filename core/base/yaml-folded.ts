/**
 * Gives what go-yaml 3 makes of a folded text (`>`) that it writes folded and reads again, as Kustomize does with
 * every object: one more line break before lines that stand further in, and at an end of several breaks. A text
 * that can't be written so stays as it is. Source: yaml_emitter_write_folded_scalar.
 */
export function rewriteFolded(text: string): string {
  if (/[ \t](?:\n|$)/.test(text)) return text;
  // The writer looks at the first character of the text, instead of the one behind the break.
  const addsBreaks = !/^\n*(?:[ \t]|$)/.test(text);
  let result = /^\n*/.exec(text)?.[0] ?? "";
  const lines = [...text.matchAll(/([^\n]+)(\n*)/g)];
  lines.forEach(([, line = "", breaks = ""], index) => {
    const next = lines[index + 1]?.[1];
    result += line + rewrittenBreaks(breaks.length, isIndented(line), next, addsBreaks);
  });
  return result;
}

function rewrittenBreaks(
  count: number,
  isLineIndented: boolean,
  next: string | undefined,
  adds: boolean,
): string {
  if (isLineIndented) return "\n".repeat(count);
  // At the end one break is the same as two; several are kept.
  if (next === undefined) return "\n".repeat(adds && count > 1 ? count + 1 : count);
  if (isIndented(next)) return "\n".repeat(adds ? count + 1 : count);
  if (adds) return "\n".repeat(count);
  return count === 1 ? " " : "\n".repeat(count - 1);
}

function isIndented(line: string): boolean {
  return /^[ \t]/.test(line);
}
