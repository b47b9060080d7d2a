import { isIPv4, isIPv6 } from "node:net";

/** An IP address: its family, its bits as a number, and its canonical text. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly text: string;
}

/** Reads an address without zone that isn't an IPv4 one in IPv6's clothes; gives what is wrong with others. */
export function parseAddress(text: string): Address | { readonly problem: string } {
  const shown = JSON.stringify(text);
  if (isIPv4(text)) return { family: 4, bits: bitsOfIPv4(text), text };
  if (text.includes("%") && isIPv6(text))
    return { problem: `IP address ${shown} with zone value is not allowed` };
  if (!isIPv6(text)) {
    const why = `ParseAddr(${shown}): unable to parse IP`;
    return { problem: `IP Address ${shown} parse error during conversion from string: ${why}` };
  }
  // The host of a URL is printed as RFC 5952 wants it.
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const bits = bitsOfIPv6(canonical);
  if (bits >> 32n === 0xffffn) return { problem: `IPv4-mapped IPv6 address ${shown} is not allowed` };
  return { family: 6, bits, text: canonical };
}

/** The address with these bits. */
export function addressOf(family: 4 | 6, bits: bigint): Address {
  if (family === 4) {
    const text = [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
    return { family, bits, text };
  }
  const groups = Array.from({ length: 8 }, (_, index) => (bits >> BigInt(112 - 16 * index)) & 0xffffn);
  const long = groups.map((group) => group.toString(16)).join(":");
  return { family, bits, text: new URL(`http://[${long}]/`).hostname.slice(1, -1) };
}

function bitsOfIPv4(text: string): bigint {
  return text.split(".").reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function bitsOfIPv6(canonical: string): bigint {
  const [head = "", tail] = canonical.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
