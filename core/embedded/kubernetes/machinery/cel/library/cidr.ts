import { type Library, member, overload } from "../overload.ts";
import { boolType, intType, opaqueType, stringType } from "../type.ts";
import { fault, noSuchOverload, OpaqueValue } from "../value.ts";
import { type Address, addressOf, parseAddress } from "./address.ts";
import { IpValue, ipType } from "./ip.ts";

const cidrType = opaqueType("net.CIDR");

class CidrValue extends OpaqueValue {
  readonly type = cidrType;
  readonly address: Address;
  readonly length: number;

  constructor(address: Address, length: number) {
    super();
    this.address = address;
    this.length = length;
  }

  get text(): string {
    return `${this.address.text}/${this.length}`;
  }

  override get size(): number {
    return Math.ceil(this.length / 8);
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && other.text === this.text;
  }

  contains(address: Address): boolean {
    return address.family === this.address.family && this.#network(address) === this.#network(this.address);
  }

  containsAll(other: CidrValue): boolean {
    return other.length >= this.length && this.contains(other.address);
  }

  masked(): CidrValue {
    const { family } = this.address;
    const kept = this.#network(this.address) << this.#rest;
    return new CidrValue(addressOf(family, kept), this.length);
  }

  get #rest(): bigint {
    return BigInt((this.address.family === 4 ? 32 : 128) - this.length);
  }

  #network(address: Address): bigint {
    return address.bits >> this.#rest;
  }
}

function parseCidr(text: string): CidrValue | undefined {
  const slash = text.lastIndexOf("/");
  const length = text.slice(slash + 1);
  const address = parseAddress(text.slice(0, Math.max(slash, 0)));
  if (slash === -1 || "problem" in address || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) > (address.family === 4 ? 32 : 128)
    ? undefined
    : new CidrValue(address, Number(length));
}

function toCidr(text: string): CidrValue {
  const shown = JSON.stringify(text);
  const problem = "network address parse error during conversion from string";
  return parseCidr(text) ?? fault(`${problem}: ${problem}: netip.ParsePrefix(${shown}): no '/'`);
}

/** Upstream says no more of a text that is no address than that it can't be taken. */
function parsedAddress(text: string): Address {
  const address = parseAddress(text);
  return "problem" in address ? fault(noSuchOverload) : address;
}

/** Kubernetes' functions of networks. */
export const cidrLibrary: Library = {
  cidr: [overload("string_to_cidr", [stringType], cidrType, toCidr)],
  containsIP: [
    member("cidr_contains_ip_string", [cidrType, stringType], boolType, (cidr: CidrValue, ip: string) =>
      cidr.contains(parsedAddress(ip)),
    ),
    member("cidr_contains_ip_ip", [cidrType, ipType], boolType, (cidr: CidrValue, ip: IpValue) =>
      cidr.contains(ip.address),
    ),
  ],
  containsCIDR: [
    member("cidr_contains_cidr_string", [cidrType, stringType], boolType, (cidr: CidrValue, other: string) =>
      cidr.containsAll(toCidr(other)),
    ),
    member("cidr_contains_cidr", [cidrType, cidrType], boolType, (cidr: CidrValue, other: CidrValue) =>
      cidr.containsAll(other),
    ),
  ],
  ip: [member("cidr_ip", [cidrType], ipType, (cidr: CidrValue) => new IpValue(cidr.address))],
  prefixLength: [member("cidr_prefix_length", [cidrType], intType, (cidr: CidrValue) => BigInt(cidr.length))],
  masked: [member("cidr_masked", [cidrType], cidrType, (cidr: CidrValue) => cidr.masked())],
  isCIDR: [overload("is_cidr", [stringType], boolType, (text: string) => parseCidr(text) !== undefined)],
  string: [overload("cidr_to_string", [cidrType], stringType, (cidr: CidrValue) => cidr.text)],
};
