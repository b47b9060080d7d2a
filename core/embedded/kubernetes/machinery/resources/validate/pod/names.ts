import { dnsLabel, dnsSubdomain, searchDomain } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { checkAddress } from "../../../validate/place-addresses.ts";

const mostServers = 3;
const mostSearches = 32;
const longestSearches = 2048;
const longestHostname = 64;

/** Checks how a Pod is named, and how it finds others by name. */
export function checkNames(spec: Place): void {
  for (const key of ["hostname", "subdomain"]) {
    if (spec.at(key).text !== "") spec.at(key).follows(dnsLabel);
  }
  checkOverride(spec);
  checkResolver(spec.at("dnsConfig"), spec.at("dnsPolicy").text);
  for (const alias of spec.at("hostAliases").items()) {
    checkAddress(alias.at("ip"));
    for (const name of alias.at("hostnames").items()) name.follows(dnsSubdomain);
  }
}

function checkOverride(spec: Place): void {
  const override = spec.at("hostnameOverride");
  if (!override.isSet) return;
  if (spec.at("setHostnameAsFQDN").value === true) {
    override.forbidden("may not be specified when setHostnameAsFQDN is true");
  }
  if (spec.at("hostNetwork").value === true) {
    override.forbidden("may not be specified when hostNetwork is true");
  }
  if (override.text.length > longestHostname) override.tooLong(longestHostname);
  override.follows(dnsSubdomain);
}

function checkResolver(config: Place, policy: string): void {
  const servers = config.at("nameservers");
  if (policy === "None" && !config.isSet) {
    config.required("must provide `dnsConfig` when `dnsPolicy` is None");
    return;
  }
  if (policy === "None" && servers.size === 0) {
    servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None");
    return;
  }
  if (servers.size > mostServers) servers.invalid(`must not have more than ${mostServers} nameservers`);
  for (const server of servers.items()) checkAddress(server);
  checkSearches(config.at("searches"));
  for (const option of config.at("options").items()) {
    if (option.at("name").text === "") option.required("must not be empty");
  }
}

function checkSearches(searches: Place): void {
  if (searches.size > mostSearches) searches.invalid(`must not have more than ${mostSearches} search paths`);
  if (searches.texts.join(" ").length > longestSearches) {
    searches.invalid(
      `must not have more than ${longestSearches} characters (including spaces) in the search list`,
    );
  }
  searches.items().forEach((search, index) => {
    if (search.text !== ".") searches.counted(index, search.text.replace(/\.$/, "")).follows(searchDomain);
  });
}
