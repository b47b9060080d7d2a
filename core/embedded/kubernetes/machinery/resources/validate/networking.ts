import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import {
  canonicalNetwork,
  isWithin,
  legacyNetwork,
  networkWarnings,
  parseNetwork,
} from "../../validate/addresses.ts";
import { forbidden, immutable, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dnsSubdomain, pathSegment, portName, portNumber } from "../../validate/names.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, each, type Fields, text, texts } from "../fields.ts";
import { byRule, requiredByRule } from "./checks.ts";
import { ingressClassValidation, ingressValidation } from "./ingress.ts";
import type { Validation, Validations } from "./types.ts";

const protocols = ["TCP", "UDP", "SCTP"];

function validatePort(port: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const { port: value, endPort: end, protocol } = port;
  if (typeof protocol === "string" && !protocols.includes(protocol))
    faults.push(unsupported(`${path}.protocol`, protocol, protocols));
  const badNumber = (field: string, one: number) =>
    portNumber(one).map((fault) => invalidValue(`${path}.${field}`, one, fault));
  if (typeof value === "number") {
    faults.push(...badNumber("port", value));
    if (typeof end !== "number") return faults;
    if (end < value)
      faults.push(invalidValue(`${path}.endPort`, value, "must be greater than or equal to `port`"));
    return [...faults, ...badNumber("endPort", end)];
  }
  if (end !== undefined) {
    const why = value === undefined ? "`port` is not specified" : "`port` is non-numeric";
    faults.push(invalidValue(`${path}.endPort`, end, `may not be specified when ${why}`));
  }
  if (typeof value === "string") faults.push(...byRule(portName, value, `${path}.port`));
  return faults;
}

function validatePeer(peer: Fields, path: string, known: readonly string[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const given = ["podSelector", "namespaceSelector", "ipBlock"].filter((field) => peer[field] !== undefined);
  for (const field of given) {
    faults.push(
      ...(field === "ipBlock"
        ? validateBlock(at(peer, field), `${path}.${field}`, known)
        : validateSelector(at(peer, field), `${path}.${field}`)),
    );
  }
  if (given.length === 0) faults.push(required(path, "must specify a peer"));
  else if (given.length > 1 && given.includes("ipBlock"))
    faults.push(forbidden(path, "may not specify both ipBlock and another peer"));
  return faults;
}

function validateBlock(block: Fields, path: string, known: readonly string[]): readonly FieldFault[] {
  const cidr = text(block, "cidr");
  if (cidr === "") return [required(`${path}.cidr`)];
  const written = (value: string, field: string) =>
    known.includes(value) ? [] : byRule(legacyNetwork, value, field);
  const faults = [...written(cidr, `${path}.cidr`)];
  const network = parseNetwork(cidr);
  if (network === undefined) return faults;
  texts(block, "except").forEach((except, index) => {
    const field = `${path}.except[${index}]`;
    faults.push(...written(except, field));
    const inner = parseNetwork(except);
    if (inner !== undefined && !isWithin(inner, network))
      faults.push(invalidValue(field, except, "must be a strict subset of `cidr`"));
  });
  return faults;
}

function peersOf(policy: Fields): readonly { readonly peer: Fields; readonly path: string }[] {
  const spec = at(policy, "spec");
  const below = (rules: string, peers: string) =>
    each(spec, rules).flatMap((rule, index) =>
      each(rule, peers).map((peer, place) => ({ peer, path: `spec.${rules}[${index}].${peers}[${place}]` })),
    );
  return [...below("ingress", "from"), ...below("egress", "to")];
}

function cidrsOf(policy: Fields): readonly { readonly cidr: string; readonly field: string }[] {
  return peersOf(policy).flatMap(({ peer, path }) => {
    const block = at(peer, "ipBlock");
    const field = `${path}.ipBlock`;
    const excepted = texts(block, "except").map((cidr, index) => ({
      cidr,
      field: `${field}.except[${index}]`,
    }));
    return [{ cidr: text(block, "cidr"), field: `${field}.cidr` }, ...excepted];
  });
}

const policyTypes = ["Ingress", "Egress"];

function validatePolicy(policy: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const spec = at(policy, "spec");
  const known = stored === undefined ? [] : cidrsOf(stored).map(({ cidr }) => cidr);
  const faults = [...validateSelector(at(spec, "podSelector"), "spec.podSelector")];
  for (const rules of ["ingress", "egress"]) {
    each(spec, rules).forEach((rule, index) => {
      each(rule, "ports").forEach((port, place) => {
        faults.push(...validatePort(port, `spec.${rules}[${index}].ports[${place}]`));
      });
    });
  }
  for (const { peer, path } of peersOf(policy)) faults.push(...validatePeer(peer, path, known));
  const types = texts(spec, "policyTypes");
  if (types.length > policyTypes.length)
    return [...faults, invalidValue("spec.policyTypes", types, "may not specify more than two policyTypes")];
  types.forEach((type, index) => {
    if (!policyTypes.includes(type))
      faults.push(unsupported(`spec.policyTypes[${index}]`, type, policyTypes));
  });
  return faults;
}

const policyValidation: Validation = {
  object: validatePolicy,
  warnings: (policy) => cidrsOf(policy).flatMap(({ cidr, field }) => networkWarnings(field, cidr)),
};

function validateParent(address: Fields): readonly FieldFault[] {
  const parent = at(address, "spec", "parentRef");
  const path = "spec.parentRef";
  if (at(address, "spec")["parentRef"] === undefined) return [required(path)];
  const optional = (key: string, rule: typeof pathSegment) =>
    text(parent, key) === "" ? [] : byRule(rule, text(parent, key), `${path}.${key}`);
  return [
    ...optional("group", dnsSubdomain),
    ...requiredByRule(pathSegment, text(parent, "resource"), `${path}.resource`),
    ...requiredByRule(pathSegment, text(parent, "name"), `${path}.name`),
    ...optional("namespace", pathSegment),
  ];
}

function goParent(parent: Fields): unknown {
  const { group = "", resource = "", namespace = "", name = "" } = parent;
  return { Group: group, Resource: resource, Namespace: namespace, Name: name };
}

function parentFixed(address: Fields, stored: Fields): readonly FieldFault[] {
  const spec = at(address, "spec");
  if (jsonEqual(spec["parentRef"], at(stored, "spec")["parentRef"])) return [];
  const shown = spec["parentRef"] === undefined ? null : goParent(at(spec, "parentRef"));
  return [invalidValue("spec.parentRef", shown, immutable)];
}

const cidrsField = "spec.cidrs";

function validateCidrs(cidrs: readonly string[]): readonly FieldFault[] {
  if (cidrs.length === 0) return [required(cidrsField, "at least one CIDR required")];
  if (cidrs.length > 2) return [invalidValue(cidrsField, { CIDRs: cidrs }, "may only hold up to 2 values")];
  const faults = cidrs.flatMap((cidr, index) => byRule(canonicalNetwork, cidr, `${cidrsField}[${index}]`));
  const [first, second] = cidrs.map((cidr) => parseNetwork(cidr)?.address.family);
  if (cidrs.length === 2 && first !== undefined && first === second) {
    const why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    faults.push(invalidValue(cidrsField, cidrs, why));
  }
  return faults;
}

/** A range may get a second one of the other family, and nothing else. */
function cidrsFixed(range: Fields, stored: Fields): readonly FieldFault[] {
  const cidrs = texts(at(range, "spec"), "cidrs");
  const before = texts(at(stored, "spec"), "cidrs");
  const added = before.length === 1 && cidrs.length === 2;
  if (!added && cidrs.length !== before.length) return [invalidValue(cidrsField, cidrs, immutable)];
  const changed = before.flatMap((cidr, index) =>
    cidr === cidrs[index] ? [] : [invalidValue(`${cidrsField}[${index}]`, cidrs[index], immutable)],
  );
  return added ? [...changed, ...validateCidrs(cidrs)] : changed;
}

/** Source: Kubernetes' `pkg/apis/networking/validation`. */
export const networkingValidations: Validations = {
  Ingress: ingressValidation,
  IngressClass: ingressClassValidation,
  NetworkPolicy: policyValidation,
  IPAddress: { object: validateParent, update: parentFixed },
  ServiceCIDR: {
    object: (range, stored) => (stored === undefined ? validateCidrs(texts(at(range, "spec"), "cidrs")) : []),
    update: cidrsFixed,
  },
};
