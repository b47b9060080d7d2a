import { addressFamily, isDualStack } from "../../../validate/addresses.ts";
import type { Place } from "../../../validate/place.ts";
import { checkAddress } from "../../../validate/place-addresses.ts";
import { text, texts } from "../../fields.ts";

const families = ["IPv4", "IPv6"];

/** No address of the cluster: names lead to the Pods. */
export function isHeadless(spec: Place): boolean {
  const addresses = spec.at("clusterIPs").texts;
  return addresses.length === 1 && addresses[0] === "None";
}

/** Checks the addresses that a Service has in the cluster; `before` is the spec that an update replaces. */
export function checkClusterAddresses(spec: Place, before: Readonly<Record<string, unknown>>): void {
  if (spec.at("type").text === "ExternalName") return;
  const list = spec.at("clusterIPs");
  const address = spec.at("clusterIP").text;
  if (address !== "" && list.size === 0) list.required();
  else if (address !== "" && list.texts[0] !== address) list.invalid("first value must match `clusterIP`");
  else if (address === "" && list.size > 0) list.invalid("must be empty when `clusterIP` is not specified");
  checkFamilies(spec.at("ipFamilies"));
  const policy = spec.at("ipFamilyPolicy");
  if (policy.isSet) policy.isOneOf(["PreferDualStack", "RequireDualStack", "SingleStack"]);
  const isValid = checkAddresses(list, texts(before, "clusterIPs"));
  if (list.size > 2) list.invalid("may only hold up to 2 values");
  if (!isValid) return;
  if (list.size > 1 && !isDualStack(list.texts)) {
    list.invalid("may specify no more than one IP for each IP family");
  }
  checkFamilyOfEach(spec);
}

function checkFamilies(list: Place): void {
  const seen = new Set<string>();
  for (const family of list.items()) {
    family.isOneOf(families);
    if (seen.has(family.text)) family.duplicate();
    seen.add(family.text);
  }
}

function checkAddresses(list: Place, before: readonly string[]): boolean {
  let isValid = true;
  list.items().forEach((address, index) => {
    if (index > 0 || address.text !== "None") isValid = checkAddress(address, before) && isValid;
    else if (list.size > 1) {
      list.invalid("'None' must be the first and only value");
      isValid = false;
    }
  });
  return isValid;
}

function checkFamilyOfEach(spec: Place): void {
  if (isHeadless(spec)) return;
  const wanted = spec.at("ipFamilies").texts;
  spec
    .at("clusterIPs")
    .items()
    .forEach((address, index) => {
      const family = wanted[index];
      if (family === undefined || !families.includes(family) || addressFamily(address.text) === family)
        return;
      address.invalid(`expected an ${family} value as indicated by \`ipFamilies[${index}]\``);
    });
}

/** Checks that addresses and their families stay; a second one of each may come and go. */
export function checkAddressesKept(spec: Place, before: Readonly<Record<string, unknown>>): void {
  if (spec.at("type").text === "ExternalName" || text(before, "type") === "ExternalName") return;
  const held = texts(before, "clusterIPs");
  const wasHeadless = held.length === 1 && held[0] === "None";
  if (!(wasHeadless && isHeadless(spec))) checkKept(spec, "clusterIPs", held, "clusterIP");
  if (wasHeadless || isHeadless(spec)) return;
  checkKept(spec, "ipFamilies", texts(before, "ipFamilies"), "ipFamily");
}

function checkKept(spec: Place, key: string, held: readonly string[], what: string): void {
  const list = spec.at(key);
  const now = list.texts;
  const first = list.counted(0, now);
  if (held.length === now.length) {
    held.forEach((value, index) => {
      const place = key === "clusterIPs" ? list.counted(index, now) : first;
      if (value !== now[index]) place.invalid("may not change once set");
    });
    return;
  }
  if (now.length === 0) first.invalid(`primary ${what} can not be unset`);
  else if (held.length > 0 && now[0] !== held[0]) first.invalid("may not change once set");
  const policy = spec.at("ipFamilyPolicy");
  if (held.length > now.length && now.length === 1 && policy.text !== "SingleStack") {
    policy.invalid(`must be set to 'SingleStack' when releasing the secondary ${what}`, policy.value ?? null);
  }
}
