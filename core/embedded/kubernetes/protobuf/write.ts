/** Writes one field with its number into a message; what has no value writes nothing. */
export type FieldWriter = (number: number, value: unknown) => readonly Uint8Array[];

/** Writes text, or bytes as they are. */
export const text: FieldWriter = (number, value) => delimited(number, [Buffer.from(String(value))]);

export const flag: FieldWriter = (number, value) => [varint(number << 3), varint(value === true ? 1 : 0)];

/** Writes a whole number from 0 up to 2^53. */
export const whole: FieldWriter = (number, value) => [varint(number << 3), varint(Number(value))];

export const double: FieldWriter = (number, value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(value));
  return [varint((number << 3) | 1), bytes];
};

/** Writes a list's values, each as a field of this number. */
export function each(one: FieldWriter): FieldWriter {
  return (number, value) => (value as readonly unknown[]).flatMap((item) => one(number, item));
}

/** Writes a message of what `content` gives for a value. */
export function message<Value>(content: (value: Value) => readonly Uint8Array[]): FieldWriter {
  return (number, value) => delimited(number, content(value as Value));
}

function delimited(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varint((number << 3) | 2), varint(length), ...parts];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
