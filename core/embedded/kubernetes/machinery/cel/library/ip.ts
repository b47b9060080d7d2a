import { type Library, member, overload } from "../overload.ts";
import { boolType, intType, opaqueType, stringType } from "../type.ts";
import { fault, OpaqueValue } from "../value.ts";
import { type Address, parseAddress } from "./address.ts";

export const ipType = opaqueType("net.IP");

/** An IP address. */
export class IpValue extends OpaqueValue {
  readonly type = ipType;
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  override get size(): number {
    return this.address.family === 4 ? 4 : 16;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && other.address.text === this.address.text;
  }
}

/** Reads an address. Refuses what isn't one. */
export function toIp(text: string): IpValue {
  const address = parseAddress(text);
  return "problem" in address ? fault(address.problem) : new IpValue(address);
}

/** Tells whether an address is within a range given by its first bits. */
function starts(address: Address, prefix: bigint, length: number): boolean {
  const width = address.family === 4 ? 32 : 128;
  return address.bits >> BigInt(width - length) === prefix;
}

function isLoopback(address: Address): boolean {
  return address.family === 4 ? starts(address, 127n, 8) : address.bits === 1n;
}

function isLinkLocalMulticast(address: Address): boolean {
  if (address.family === 4) return starts(address, 0xe00000n, 24);
  return starts(address, 0xffn, 8) && ((address.bits >> 112n) & 0xfn) === 2n;
}

function isLinkLocalUnicast(address: Address): boolean {
  return address.family === 4 ? starts(address, 0xa9fen, 16) : starts(address, 0x3fan, 10);
}

function isMulticast(address: Address): boolean {
  return address.family === 4 ? starts(address, 0xen, 4) : starts(address, 0xffn, 8);
}

function isGlobalUnicast(address: Address): boolean {
  const isBroadcast = address.family === 4 && address.bits === 0xffffffffn;
  return (
    !isBroadcast &&
    address.bits !== 0n &&
    !isLoopback(address) &&
    !isMulticast(address) &&
    !isLinkLocalUnicast(address)
  );
}

function is(id: string, holds: (address: Address) => boolean) {
  return [member(id, [ipType], boolType, (ip: IpValue) => holds(ip.address))];
}

/** Kubernetes' functions of IP addresses. */
export const ipLibrary: Library = {
  ip: [overload("string_to_ip", [stringType], ipType, toIp)],
  family: [member("ip_family", [ipType], intType, (ip: IpValue) => BigInt(ip.address.family))],
  "ip.isCanonical": [
    overload("ip_is_canonical", [stringType], boolType, (text: string) => toIp(text).address.text === text),
  ],
  isUnspecified: is("ip_is_unspecified", (address) => address.bits === 0n),
  isLoopback: is("ip_is_loopback", isLoopback),
  isLinkLocalMulticast: is("ip_is_link_local_multicast", isLinkLocalMulticast),
  isLinkLocalUnicast: is("ip_is_link_local_unicast", isLinkLocalUnicast),
  isGlobalUnicast: is("ip_is_global_unicast", isGlobalUnicast),
  isIP: [overload("is_ip", [stringType], boolType, (text: string) => !("problem" in parseAddress(text)))],
  string: [overload("ip_to_string", [ipType], stringType, (ip: IpValue) => ip.address.text)],
};
