import type { NameRule } from "./names.ts";

/** An IP address as bits. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
  /** Written with leading zeros, which some software reads as octal. */
  readonly leadingZeros: boolean;
  /** An IPv4 address in IPv6's clothes (`::ffff:1.2.3.4`); its family is 4, as Go sees it. */
  readonly mapped: boolean;
}

/** A network: its address as written, and how many bits of it count. */
export interface Network {
  readonly address: Address;
  readonly length: number;
  readonly leadingZeros: boolean;
}

const notAnAddress = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const mappedPrefix = 0xffffn;

/** Reads an IP address the lenient way upstream always has (leading zeros are decimal); undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const dotted = parseDotted(text);
    return dotted === undefined ? undefined : { family: 4, mapped: false, ...dotted };
  }
  const parsed = parseGroups(text);
  if (parsed === undefined) return undefined;
  if (parsed.bits >> 32n !== mappedPrefix) return { family: 6, mapped: false, ...parsed };
  return { family: 4, mapped: true, bits: parsed.bits & 0xffffffffn, leadingZeros: parsed.leadingZeros };
}

function parseDotted(text: string): Pick<Address, "bits" | "leadingZeros"> | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d+$/.test(part) || Number(part) > 255)) return undefined;
  return {
    bits: parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n),
    leadingZeros: parts.some((part) => part.length > 1 && part.startsWith("0")),
  };
}

function parseGroups(text: string): Pick<Address, "bits" | "leadingZeros"> | undefined {
  const tail = /[^:]*\.[^:]*$/.exec(text)?.[0];
  const dotted = tail === undefined ? undefined : parseDotted(tail);
  if (tail !== undefined && dotted === undefined) return undefined;
  const hex = tail === undefined ? text : `${text.slice(0, -tail.length)}${printHex(dotted?.bits ?? 0n)}`;
  const halves = hex.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return {
    bits: groups.reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n),
    leadingZeros: dotted?.leadingZeros ?? false,
  };
}

function printHex(bits: bigint): string {
  return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}

/** Reads `address/length`; undefined when it is none. */
export function parseNetwork(text: string): Network | undefined {
  const [, host = "", length = ""] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const bits = Number(length);
  const width = address?.family === 6 || address?.mapped === true ? 128 : 32;
  if (address === undefined || length === "" || bits > width) return undefined;
  // Of a mapped one the bits that count are those of the IPv4 address.
  const own = address.mapped ? Math.max(0, bits - 96) : bits;
  return { address, length: own, leadingZeros: length.length > 1 && length.startsWith("0") };
}

function widthOf({ address }: Network): number {
  return address.family === 6 ? 128 : 32;
}

/** The network's first address. */
function base(network: Network): bigint {
  const rest = BigInt(widthOf(network) - network.length);
  return (network.address.bits >> rest) << rest;
}

/** Whether every address of `inner` is one of `outer`, and not the other way round. */
export function isWithin(inner: Network, outer: Network): boolean {
  if (inner.address.family !== outer.address.family || inner.length <= outer.length) return false;
  const rest = BigInt(widthOf(outer) - outer.length);
  return base(inner) >> rest === base(outer) >> rest;
}

/** The address in canonical form (RFC 5952). */
export function printAddress({ family, bits }: Pick<Address, "family" | "bits">): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, place) =>
    ((bits >> BigInt(16 * (7 - place))) & 0xffffn).toString(16),
  );
  const zeros = longestZeros(groups);
  if (zeros === undefined) return groups.join(":");
  return `${groups.slice(0, zeros.start).join(":")}::${groups.slice(zeros.end).join(":")}`;
}

/** The first of the longest runs of two or more zeros. */
function longestZeros(
  groups: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  let best: { readonly start: number; readonly end: number } | undefined;
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === "0") end++;
    if (end - start >= 2 && end - start > (best === undefined ? 0 : best.end - best.start))
      best = { start, end };
  }
  return best;
}

function printNetwork(network: Network): string {
  return `${printAddress({ family: network.address.family, bits: base(network) })}/${network.length}`;
}

/** What is wrong with an IP address of a field that has been lenient once: any spelling is fine. */
export const legacyAddress: NameRule = (text) => {
  const address = parseAddress(text);
  if (address === undefined) return [notAnAddress];
  if (address.leadingZeros) return ["must not have leading 0s"];
  return address.mapped ? ["must not be an IPv4-mapped IPv6 address"] : [];
};

/** What is wrong with an IP address: it has to be written canonically. */
export const canonicalAddress: NameRule = (text) => {
  const faults = legacyAddress(text);
  const address = parseAddress(text);
  if (faults.length > 0 || address === undefined || printAddress(address) === text) return faults;
  return [`must be in canonical form ("${printAddress(address)}")`];
};

/** What is wrong with a CIDR of a field that has been lenient once. */
export const legacyNetwork: NameRule = (text) => {
  const network = parseNetwork(text);
  if (network === undefined) return ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"];
  if (network.leadingZeros || network.address.leadingZeros)
    return ["must not have leading 0s in IP or prefix length"];
  if (network.address.mapped) return ["must not have an IPv4-mapped IPv6 address"];
  return base(network) === network.address.bits ? [] : ["must not have bits set beyond the prefix length"];
};

/** What is wrong with a CIDR: it has to be written canonically. */
export const canonicalNetwork: NameRule = (text) => {
  const faults = legacyNetwork(text);
  const network = parseNetwork(text);
  if (faults.length > 0 || network === undefined || printNetwork(network) === text) return faults;
  return [`must be in canonical form ("${printNetwork(network)}")`];
};

/** What is wrong with an address as a place traffic is sent to. */
export const endpointAddress: NameRule = (text) => {
  const address = parseAddress(text);
  if (address === undefined) return ["must be a valid IP address"];
  const { bits, family } = address;
  const starts = (prefix: bigint, length: number) =>
    bits >> BigInt((family === 4 ? 32 : 128) - length) === prefix;
  const loopback = family === 4 ? starts(127n, 8) : bits === 1n;
  const linkLocal = family === 4 ? starts(0xa9fen, 16) : starts(0xfe80n >> 6n, 10);
  const multicast = family === 4 ? starts(0xe00000n, 24) : starts(0xffn, 8) && ((bits >> 112n) & 0xfn) === 2n;
  return [
    ...(bits === 0n ? [`may not be unspecified (${text})`] : []),
    ...(loopback ? ["may not be in the loopback range (127.0.0.0/8, ::1/128)"] : []),
    ...(linkLocal ? ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"] : []),
    ...(multicast ? ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"] : []),
  ];
};

/** Warnings of an IP address that is fine, but not written as it should be. */
export function addressWarnings(field: string, text: string): readonly string[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const printed = printAddress(address);
  if (address.leadingZeros || address.mapped)
    return [`${field}: non-standard IP address "${text}" is invalid: use "${printed}"`];
  if (address.family === 4 || printed === text) return [];
  return [`${field}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${printed}")`];
}

/** Warnings of a CIDR that is fine, but not written as it should be. */
export function networkWarnings(field: string, text: string): readonly string[] {
  const network = parseNetwork(text);
  if (network === undefined) return [];
  const printed = printNetwork(network);
  const warnings: string[] = [];
  if (base(network) !== network.address.bits) {
    const single = `${printAddress(network.address)}/${widthOf(network)}`;
    warnings.push(
      `${field}: CIDR value "${text}" is ambiguous in this context (should be "${printed}" or "${single}"?)`,
    );
  }
  if (network.leadingZeros || network.address.leadingZeros || network.address.mapped)
    warnings.push(`${field}: non-standard CIDR value "${text}" is invalid: use "${printed}"`);
  if (warnings.length > 0 || network.address.family === 4 || printed === text) return warnings;
  return [`${field}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${printed}")`];
}

/** The family of an address; undefined when it is none. */
export function addressFamily(text: string): "IPv4" | "IPv6" | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : `IPv${address.family}`;
}

/** The family of a network; undefined when it is none. */
export function networkFamily(text: string): "IPv4" | "IPv6" | undefined {
  const network = parseNetwork(text);
  return network === undefined ? undefined : `IPv${network.address.family}`;
}

/** Tells whether texts are of one IPv4 and one IPv6 address at least. */
export function isDualStack(texts: readonly string[]): boolean {
  return new Set(texts.map(addressFamily)).size > 1;
}
