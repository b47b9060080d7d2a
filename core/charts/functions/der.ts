/** ASN.1's distinguished encoding, as far as certificates and keys need it. */

/** Encodes a value under a tag. */
export function der(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

export function derSequence(items: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(items));
}

export function derSet(items: readonly Uint8Array[]): Buffer {
  return der(0x31, Buffer.concat(items));
}

export function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function derBoolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]));
}

export function derNull(): Buffer {
  return der(0x05, Buffer.alloc(0));
}

/** Encodes an object identifier such as 2.5.4.3. */
export function derIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** Encodes text: PrintableString where its letters suffice, else UTF-8, as Go does. */
export function derText(text: string): Buffer {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(text);
  return der(isPrintable ? 0x13 : 0x0c, Buffer.from(text, "utf8"));
}

export function derOctets(content: Uint8Array): Buffer {
  return der(0x04, content);
}

/** Encodes bits; `unused` says how many of the last byte don't count. */
export function derBits(content: Uint8Array, unused = 0): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

/** Encodes a moment (milliseconds since the epoch): two-digit years up to 2049. */
export function derTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const isShort = text >= "1950" && text < "2050";
  return der(isShort ? 0x17 : 0x18, Buffer.from(`${isShort ? text.slice(2) : text}Z`));
}

/** Wraps bytes as PEM with lines of 64 characters. */
export function pem(label: string, content: Uint8Array): string {
  const lines = Buffer.from(content).toString("base64").replace(/.{64}/g, "$&\n").replace(/\n$/, "");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const hex = size.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}
