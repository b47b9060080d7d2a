import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import {
  addressWarnings,
  canonicalAddress,
  endpointAddress,
  legacyAddress,
  parseAddress,
} from "../../validate/addresses.ts";
import { duplicate, invalidValue, required, tooMany, unsupported } from "../../validate/faults.ts";
import { dnsLabel, dnsSubdomain, labelValue, type NameRule, qualifiedName } from "../../validate/names.ts";
import { at, each, type Fields, text, texts } from "../fields.ts";
import { byRule, unchanged } from "./checks.ts";
import type { Validations } from "./types.ts";

const addressTypes = ["FQDN", "IPv4", "IPv6"];
const protocols = ["SCTP", "TCP", "UDP"];
const mostEndpoints = 1000;
const mostAddresses = 100;
const mostPorts = 20_000;
const mostHints = 8;

function validateSlice(slice: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const type = text(slice, "addressType");
  const faults: FieldFault[] = [];
  if (type === "") faults.push(required("addressType"));
  else if (!addressTypes.includes(type)) faults.push(unsupported("addressType", type, addressTypes));
  faults.push(...validatePorts(each(slice, "ports")));
  // What was stored before a rule was made stays.
  if (stored !== undefined && jsonEqual(slice["endpoints"], stored["endpoints"])) return faults;
  return [...faults, ...validateEndpoints(each(slice, "endpoints"), type)];
}

function validatePorts(ports: readonly Fields[]): readonly FieldFault[] {
  if (ports.length > mostPorts) return [tooMany("ports", ports.length, mostPorts)];
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `ports[${index}]`;
    const name = text(port, "name");
    const faults = name === "" ? [] : [...byRule(dnsLabel, name, `${path}.name`)];
    if (names.has(name)) faults.push(duplicate(`${path}.name`, name));
    names.add(name);
    const { protocol, appProtocol } = port;
    if (!protocols.includes(String(protocol)))
      faults.push(unsupported(`${path}.protocol`, protocol, protocols));
    if (typeof appProtocol === "string")
      faults.push(...byRule(qualifiedName, appProtocol, `${path}.appProtocol`));
    return faults;
  });
}

function validateEndpoints(endpoints: readonly Fields[], type: string): readonly FieldFault[] {
  if (endpoints.length > mostEndpoints) return [tooMany("endpoints", endpoints.length, mostEndpoints)];
  return endpoints.flatMap((endpoint, index) => {
    const path = `endpoints[${index}]`;
    const { nodeName, hostname } = endpoint;
    return [
      ...validateAddresses(texts(endpoint, "addresses"), type, `${path}.addresses`),
      ...(typeof nodeName === "string" ? byRule(dnsSubdomain, nodeName, `${path}.nodeName`) : []),
      ...(typeof hostname === "string" ? byRule(dnsLabel, hostname, `${path}.hostname`) : []),
      ...validateHints(at(endpoint, "hints"), `${path}.hints`),
    ];
  });
}

function validateAddresses(addresses: readonly string[], type: string, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (addresses.length === 0) faults.push(required(path, "must contain at least 1 address"));
  else if (addresses.length > mostAddresses) faults.push(tooMany(path, addresses.length, mostAddresses));
  addresses.forEach((address, index) => {
    const field = `${path}[${index}]`;
    if (type === "FQDN") faults.push(...domainName(address, field));
    else if (type === "IPv4" || type === "IPv6") faults.push(...ipOf(address, type, path, field));
  });
  return faults;
}

function ipOf(address: string, type: "IPv4" | "IPv6", path: string, field: string): readonly FieldFault[] {
  const faults = byRule(type === "IPv4" ? legacyAddress : canonicalAddress, address, field);
  if (faults.length > 0) return faults;
  const other =
    `IPv${parseAddress(address)?.family}` === type
      ? []
      : [invalidValue(path, address, `must be an ${type} address`)];
  return [...other, ...byRule(endpointAddress, address, field)];
}

function domainName(given: string, field: string): readonly FieldFault[] {
  if (given === "") return [required(field)];
  const name = given.replace(/\.$/, "");
  const faults = dnsSubdomain(name);
  if (faults.length > 0) return [invalidValue(field, name, faults.join(","))];
  const labels = name.split(".");
  if (labels.length < 2)
    return [invalidValue(field, name, "should be a domain with at least two segments separated by dots")];
  const bad = labels.find((label) => dnsLabel(label).length > 0);
  return bad === undefined ? [] : [invalidValue(field, bad, dnsLabel(bad).join(","))];
}

function validateHints(hints: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const kinds: readonly (readonly [string, NameRule])[] = [
    ["forZones", labelValue],
    ["forNodes", dnsSubdomain],
  ];
  for (const [key, rule] of kinds) {
    const names = each(hints, key).map((hint) => text(hint, "name"));
    if (names.length > mostHints) return [...faults, tooMany(`${path}.${key}`, names.length, mostHints)];
    names.forEach((name, index) => {
      const field = `${path}.${key}[${index}].name`;
      if (names.indexOf(name) < index) faults.push(duplicate(field, name));
      faults.push(...byRule(rule, name, field));
    });
  }
  return faults;
}

const ownControllers = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

function sliceWarnings(slice: Fields, stored: Fields | undefined): readonly string[] {
  const old = stored === undefined && text(slice, "addressType") === "FQDN";
  const warnings = old ? ["spec.addressType: FQDN endpoints are deprecated"] : [];
  const by = at(slice, "metadata", "labels")["endpointslice.kubernetes.io/managed-by"];
  if (ownControllers.includes(String(by))) return warnings;
  const addresses = each(slice, "endpoints").flatMap((endpoint, index) =>
    texts(endpoint, "addresses").flatMap((address, place) =>
      addressWarnings(`endpoints[${index}].addresses[${place}]`, address),
    ),
  );
  return [...warnings, ...addresses];
}

/** Source: Kubernetes' `pkg/apis/discovery/validation`. */
export const discoveryValidations: Validations = {
  EndpointSlice: {
    object: validateSlice,
    update: (slice, stored) => unchanged(slice, stored, "", "addressType"),
    warnings: sliceWarnings,
  },
};
