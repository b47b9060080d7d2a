/** A value of DER (X.690): its tag, its content, and all of it. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** Reads the values that stand one after the other in these bytes. Throws RangeError when one is cut off. */
export function derValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = [];
  for (let start = 0; start < bytes.length; ) {
    const [header, length] = lengthAt(bytes, start + 1);
    const end = header + length;
    if (end > bytes.length) throw new RangeError("a value is longer than what holds it");
    values.push({
      tag: bytes.readUInt8(start),
      content: bytes.subarray(header, end),
      whole: bytes.subarray(start, end),
    });
    start = end;
  }
  return values;
}

/** The parts of a value that holds others. Throws RangeError when there is none, or one is cut off. */
export function derParts(value: DerValue | undefined): readonly DerValue[] {
  if (value === undefined) throw new RangeError("a part is missing");
  return derValues(value.content);
}

/** The part at a place. Throws RangeError when it is missing. */
export function derPart(values: readonly DerValue[], place: number): DerValue {
  const value = values[place];
  if (value === undefined) throw new RangeError("a part is missing");
  return value;
}

const twoByteText = 0x1e;

/** The text of a value, whichever of the kinds of text it is. */
export function derText({ tag, content }: DerValue): string {
  return tag === twoByteText ? Buffer.from(content).swap16().toString("utf16le") : content.toString();
}

/** Where the content begins and how long it is. */
function lengthAt(bytes: Buffer, place: number): readonly [number, number] {
  const first = bytes.readUInt8(place);
  if (first < 0x80) return [place + 1, first];
  const size = first & 0x7f;
  return [place + 1 + size, bytes.readUIntBE(place + 1, size)];
}
