/** One field as it stands in a message: its number and its value. */
export type WireField =
  | { readonly number: number; readonly bytes: Uint8Array }
  | { readonly number: number; readonly integer: bigint }
  /** Eight or four bytes, little-endian. */
  | { readonly number: number; readonly fixed: Uint8Array };

/** Reads a message's fields in order. Throws RangeError for bytes that are no message. */
export function* readFields(bytes: Uint8Array): Iterable<WireField> {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(readVarint(reader));
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, integer: readVarint(reader) };
        break;
      case 1:
        yield { number, fixed: take(reader, 8) };
        break;
      case 2:
        yield { number, bytes: take(reader, Number(readVarint(reader))) };
        break;
      case 5:
        yield { number, fixed: take(reader, 4) };
        break;
      default:
        throw new RangeError(`unknown wire type ${tag & 7}`);
    }
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new RangeError("a number is cut off");
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, value);
  }
  throw new RangeError("a number is too long");
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new RangeError("a field is cut off");
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}
