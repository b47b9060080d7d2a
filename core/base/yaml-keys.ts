/** Orders keys as go-yaml does: runs of digits by their number, letters after everything else. */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < left.length && index < right.length; index++) {
    const one = left[index] ?? "";
    const other = right[index] ?? "";
    if (one !== other) return compareAt(left, right, index, one, other);
  }
  return left.length - right.length;
}

function compareAt(left: string[], right: string[], index: number, one: string, other: string): number {
  const oneLetter = isLetter(one);
  const otherLetter = isLetter(other);
  const byCode = (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  if (oneLetter && otherLetter) return byCode;
  if (oneLetter || otherLetter) return otherLetter ? -1 : 1;
  // A zero behind other digits counts, so that 10 and 100 are told apart.
  const start = one === "0" || other === "0" ? leadingOne(left, index) : 0n;
  const a = readDigits(left, index, start);
  const b = readDigits(right, index, start);
  if (a.number !== b.number) return a.number < b.number ? -1 : 1;
  return a.end !== b.end ? a.end - b.end : byCode;
}

function leadingOne(characters: string[], index: number): bigint {
  for (let at = index - 1; at >= 0 && isDigit(characters[at]); at--) if (characters[at] !== "0") return 1n;
  return 0n;
}

function readDigits(characters: string[], index: number, start: bigint): { number: bigint; end: number } {
  let number = start;
  let end = index;
  for (; isDigit(characters[end]); end++)
    number = BigInt.asIntN(64, number * 10n + BigInt(characters[end] ?? 0));
  return { number, end };
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function isLetter(character: string): boolean {
  return /[A-Za-z]/.test(character) || (character > "\x7f" && /\p{L}/u.test(character));
}
