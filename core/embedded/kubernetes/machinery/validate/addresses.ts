import { isIP } from "node:net";
import type { Place } from "./place.ts";

/** An address as Go's `net.IP` holds it. */
interface Address {
  /** Four or sixteen; an IPv4 address mapped into IPv6 has four. */
  readonly bytes: readonly number[];
  /** Written with leading zeros, which other programs read as octal. */
  readonly hasZeros: boolean;
  /** Written as IPv6, meant as IPv4. */
  readonly isMapped: boolean;
}

/** Reads an address as leniently as Go once did; undefined when it is none. */
function parseAddress(text: string): Address | undefined {
  const dotted = /^\d+\.\d+\.\d+\.\d+$/.test(text) ? text.split(".") : undefined;
  if (dotted !== undefined) {
    const bytes = dotted.map(Number);
    if (bytes.some((byte) => byte > 255)) return undefined;
    return { bytes, hasZeros: dotted.some((part) => /^0\d/.test(part)), isMapped: false };
  }
  if (isIP(text) !== 6 || text.includes("%")) return undefined;
  const bytes = sixteen(text);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return { bytes: isMapped ? bytes.slice(12) : bytes, hasZeros: false, isMapped };
}

function sixteen(text: string): number[] {
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = (high: string | undefined, low: string | undefined) =>
    ((Number(high) << 8) | Number(low)).toString(16);
  const plain = tail === null ? text : `${tail[1]}${hex(tail[2], tail[3])}:${hex(tail[4], tail[5])}`;
  const [head = "", rest] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = rest === undefined ? [] : groups(rest);
  const missing = rest === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** Prints an address in its canonical form (RFC 5952). */
function printAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

/** The family of an address; undefined when it is none. */
export function addressFamily(text: string): "IPv4" | "IPv6" | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : address.bytes.length === 4 ? "IPv4" : "IPv6";
}

/** Tells whether texts are of one IPv4 and one IPv6 address at least. */
export function isDualStack(texts: readonly string[]): boolean {
  return new Set(texts.map(addressFamily)).size > 1;
}

/** The text is an address, or one that was there before. Upstream's rule for fields older than strict parsing. */
export function checkAddress(place: Place, before: readonly string[] = []): boolean {
  if (before.includes(place.text)) return true;
  const address = parseAddress(place.text);
  if (address === undefined) {
    place.invalid("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", place.text);
    return false;
  }
  if (address.hasZeros) place.invalid("must not have leading 0s", place.text);
  if (address.isMapped) place.invalid("must not be an IPv4-mapped IPv6 address", place.text);
  return !address.hasZeros && !address.isMapped;
}

/** The text is an address that traffic can be sent to. */
export function checkEndpointAddress(place: Place): void {
  const address = parseAddress(place.text);
  if (address === undefined) {
    place.invalid("must be a valid IP address", place.text);
    return;
  }
  const { bytes } = address;
  const [first = 0, second = 0, third = 0] = bytes;
  const isFour = bytes.length === 4;
  const isZero = bytes.every((byte) => byte === 0);
  if (isZero) place.invalid(`may not be unspecified (${place.text})`, place.text);
  const loopback = isFour ? first === 127 : bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
  if (loopback) place.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)", place.text);
  const linkLocal = isFour ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
  if (linkLocal) place.invalid("may not be in the link-local range (169.254.0.0/16, fe80::/10)", place.text);
  const multicast = isFour
    ? first === 224 && second === 0 && third === 0
    : first === 0xff && (second & 0x0f) === 0x02;
  if (multicast) {
    place.invalid("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)", place.text);
  }
}

interface Network {
  readonly address: Address;
  readonly length: number;
  readonly hasZeros: boolean;
}

function parseNetwork(text: string): Network | undefined {
  const [, host = "", length = ""] = /^(.*)\/(\d+)$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (address === undefined) return undefined;
  const bits = address.isMapped ? 128 : address.bytes.length * 8;
  if (Number(length) > bits) return undefined;
  const own = address.isMapped ? Math.max(0, Number(length) - 96) : Number(length);
  return { address, length: own, hasZeros: address.hasZeros || /^0\d/.test(length) };
}

function masked({ address, length }: Network): readonly number[] {
  return address.bytes.map(
    (byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff,
  );
}

/** The family of a network; undefined when it is none. */
export function networkFamily(text: string): "IPv4" | "IPv6" | undefined {
  const network = parseNetwork(text);
  return network === undefined ? undefined : network.address.bytes.length === 4 ? "IPv4" : "IPv6";
}

/** The text is a network, or one that was there before. */
export function checkNetwork(place: Place, before: readonly string[] = [], text: string = place.text): void {
  if (before.includes(text)) return;
  const network = parseNetwork(text);
  if (network === undefined) {
    place.invalid("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)", text);
  } else if (network.hasZeros) place.invalid("must not have leading 0s in IP or prefix length", text);
  else if (network.address.isMapped) place.invalid("must not have an IPv4-mapped IPv6 address", text);
  else if (masked(network).some((byte, index) => byte !== network.address.bytes[index])) {
    place.invalid("must not have bits set beyond the prefix length", text);
  }
}

/** What a writer is told of an address that works but is written unusually. */
export function addressWarnings(path: string, text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const usual = printAddress(address.bytes);
  const shown = JSON.stringify(text);
  if (address.hasZeros || address.isMapped) {
    return [`${path}: non-standard IP address ${shown} is invalid: use ${JSON.stringify(usual)}`];
  }
  if (address.bytes.length === 4 || usual === text) return [];
  return [`${path}: IPv6 address ${shown} should be in RFC 5952 canonical format (${JSON.stringify(usual)})`];
}

/** The same of a network. */
export function networkWarnings(path: string, text: string): readonly string[] {
  const network = parseNetwork(text);
  if (network === undefined) return [];
  const { address, length } = network;
  const warnings: string[] = [];
  const shown = JSON.stringify(text);
  const usual = JSON.stringify(`${printAddress(masked(network))}/${length}`);
  if (masked(network).some((byte, index) => byte !== address.bytes[index])) {
    const single = JSON.stringify(`${printAddress(address.bytes)}/${address.bytes.length * 8}`);
    warnings.push(
      `${path}: CIDR value ${shown} is ambiguous in this context (should be ${usual} or ${single}?)`,
    );
  }
  if (network.hasZeros || address.isMapped) {
    warnings.push(`${path}: non-standard CIDR value ${shown} is invalid: use ${usual}`);
  }
  if (warnings.length === 0 && address.bytes.length === 16 && JSON.stringify(text) !== usual) {
    warnings.push(`${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${usual})`);
  }
  return warnings;
}
