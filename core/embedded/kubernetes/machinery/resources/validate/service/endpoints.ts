import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { checkAddress, checkEndpointAddress } from "../../../validate/place-addresses.ts";
import type { Fields } from "../../fields.ts";
import { protocols } from "../pod/container.ts";

/** Everything wrong with Endpoints; what was there before may stay as it is. */
export function validateEndpoints(endpoints: Fields, stored: Fields | undefined): readonly FieldFault[] {
  if (stored !== undefined && jsonEqual(endpoints["subsets"], stored["subsets"])) return [];
  return faultsAt("subsets", endpoints["subsets"], (subsets) => {
    for (const subset of subsets.items()) checkSubset(subset);
  });
}

function checkSubset(subset: Place): void {
  const lists = ["addresses", "notReadyAddresses"].map((key) => subset.at(key));
  if (lists.every((list) => list.size === 0)) {
    subset.required("must specify `addresses` or `notReadyAddresses`");
  }
  for (const list of lists) for (const address of list.items()) checkOne(address);
  const ports = subset.at("ports").items();
  for (const port of ports) checkPort(port, ports.length > 1);
}

function checkOne(address: Place): void {
  checkAddress(address.at("ip"));
  if (address.at("hostname").text !== "") address.at("hostname").follows(dnsLabel);
  if (address.at("nodeName").isSet) address.at("nodeName").follows(dnsSubdomain);
  checkEndpointAddress(address.at("ip"));
}

function checkPort(port: Place, needsName: boolean): void {
  const name = port.at("name");
  if (name.text !== "") name.follows(dnsLabel);
  else if (needsName) name.required();
  const number = port.at("port");
  for (const fault of portNumber(number.number)) number.invalid(fault, number.number);
  port.at("protocol").needsOneOf(protocols);
  if (port.at("appProtocol").isSet) port.at("appProtocol").follows(qualifiedName);
}
