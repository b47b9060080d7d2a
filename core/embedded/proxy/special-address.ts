import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { CatalystError } from "@catalyst/base/errors";

/** This machine's own addresses, which nobody else reaches. */
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Addresses that are no one machine's, or answered by the network itself: a cloud's metadata are at one. */
const nowhere = new BlockList();
nowhere.addSubnet("0.0.0.0", 8);
nowhere.addSubnet("169.254.0.0", 16);
nowhere.addSubnet("224.0.0.0", 4);
nowhere.addAddress("255.255.255.255");
nowhere.addAddress("::", "ipv6");
nowhere.addSubnet("fe80::", 10, "ipv6");
nowhere.addSubnet("ff00::", 8, "ipv6");

/**
 * Tells whether an address is this machine's own (loopback), or no one machine's (link-local, multicast,
 * unspecified); also what is no address. One of IPv4 counts in IPv6's form too.
 */
export function isSpecialAddress(address: string): boolean {
  return isLoopback(address) || isNowhere(address);
}

function isLoopback(address: string): boolean {
  return isIn(loopback, address);
}

function isNowhere(address: string): boolean {
  return isIP(address) === 0 || isIn(nowhere, address);
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Where to connect to on the word of somebody who must not reach this machine by it. */
export interface Dial {
  readonly host: string;
  /** Looks the host up at the moment of connecting, so that a name can't lead elsewhere than when it was judged. */
  readonly lookup: LookupFunction;
}

/**
 * Options of a connection to a host that others name: an address that is special is refused, also one a name leads to
 * (security case 18). `loopback`: this machine's own are let through. Throws `address-not-allowed`, the connection as
 * its error.
 */
export function dialOf(host: string, allowed: { readonly loopback: boolean }): Dial {
  const refuses = (address: string) => isNowhere(address) || (!allowed.loopback && isLoopback(address));
  if (isIP(host) !== 0 && refuses(host)) throw notAllowed(host);
  return { host, lookup: lookupOf(refuses) };
}

function lookupOf(refuses: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const addresses = found.filter(({ address }) => !refuses(address));
      const [first] = addresses;
      if (first === undefined) return callback(notAllowed(found[0]?.address ?? hostname), "", 0);
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function notAllowed(address: string): CatalystError {
  return new CatalystError("address-not-allowed", `address not allowed: ${address}`, {
    hint: "It is this machine's own, or no one machine's.",
  });
}
