import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/**
 * Tells whether an address is on one of this machine's networks now. A Pod's is as long as it runs; the address of one
 * that ended, which the cluster may still have for a moment after a start, would be looked for outside.
 */
export function isOnOwnNetwork(address: string): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const own = new BlockList();
  for (const { cidr } of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])) {
    const [network = "", prefix = ""] = cidr?.split("/") ?? [];
    if (network !== "") own.addSubnet(network, Number(prefix), isIPv6(network) ? "ipv6" : "ipv4");
  }
  return own.check(address, family);
}
