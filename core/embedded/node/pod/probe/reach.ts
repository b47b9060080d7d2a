import { type Dial, dialOf } from "@catalyst/embedded-proxy";
import type { PodWork } from "../work.ts";

/**
 * Options of a connection to where a probe or hook goes: the Pod's own address is known to be right, a host that it
 * names may not be this machine unless `loopback` is set. Throws `address-not-allowed`, the connection as its error.
 */
export function probeDial(host: string | undefined, address: string, loopback: boolean): Partial<Dial> {
  return host === undefined || host === "" ? { host: address } : dialOf(host, { loopback });
}

/** A Pod on the machine's network may be called where it listens there. */
export function mayCallMachine({ options: { machineAccess }, pod }: PodWork): boolean {
  return machineAccess?.loopback === true || pod.spec.hostNetwork === true;
}
