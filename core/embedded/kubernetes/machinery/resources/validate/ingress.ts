import type { FieldFault } from "../../status.ts";
import { legacyAddress, parseAddress } from "../../validate/addresses.ts";
import { forbidden, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import {
  dnsLabel,
  dnsSubdomain,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from "../../validate/names.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { byRule, requiredByRule, unchanged } from "./checks.ts";
import type { Validation } from "./types.ts";

const classAnnotation = "kubernetes.io/ingress.class";

function validateIngress(ingress: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const spec = at(ingress, "spec");
  const rules = each(spec, "rules");
  const faults: FieldFault[] = [];
  if (rules.length === 0 && spec["defaultBackend"] === undefined)
    faults.push(
      invalidValue("spec", spec["rules"] ?? null, "either `defaultBackend` or `rules` must be specified"),
    );
  if (spec["defaultBackend"] !== undefined)
    faults.push(...validateBackend(at(spec, "defaultBackend"), "spec.defaultBackend"));
  const keepsWildcards = stored !== undefined && hasInvalidWildcardRule(stored);
  rules.forEach((rule, index) => {
    const path = `spec.rules[${index}]`;
    faults.push(...validateHost(text(rule, "host"), `${path}.host`));
    if (!keepsWildcards || !text(rule, "host").includes("*")) faults.push(...validateRule(rule, path));
  });
  const keepsSecretNames = stored !== undefined && hasInvalidSecretName(stored);
  each(spec, "tls").forEach((tls, index) => {
    faults.push(...validateTls(tls, `spec.tls[${index}]`, keepsSecretNames));
  });
  const name = spec["ingressClassName"];
  if (typeof name === "string") faults.push(...byRule(dnsSubdomain, name, "spec.ingressClassName"));
  return faults;
}

function validateHost(host: string, field: string): readonly FieldFault[] {
  if (host === "") return [];
  const faults: FieldFault[] = [];
  if (parseAddress(host) !== undefined)
    faults.push(invalidValue(field, host, "must be a DNS name, not an IP address"));
  return [...faults, ...validateHostName(host, field)];
}

function validateHostName(host: string, field: string): readonly FieldFault[] {
  return byRule(host.includes("*") ? wildcardSubdomain : dnsSubdomain, host, field);
}

function validateTls(tls: Fields, path: string, anySecretName: boolean): readonly FieldFault[] {
  const hosts = texts(tls, "hosts").flatMap((host, place) =>
    validateHostName(host, `${path}.hosts[${place}]`),
  );
  const secret = text(tls, "secretName");
  return anySecretName || secret === ""
    ? hosts
    : [...hosts, ...byRule(dnsSubdomain, secret, `${path}.secretName`)];
}

function validateRule(rule: Fields, path: string): readonly FieldFault[] {
  if (rule["http"] === undefined) return [];
  const paths = each(at(rule, "http"), "paths");
  if (paths.length === 0) return [required(`${path}.http.paths`)];
  return paths.flatMap((entry, place) => validatePath(entry, `${path}.http.paths[${place}]`));
}

/** What was stored before a rule was made stays. */
function hasInvalidWildcardRule(stored: Fields): boolean {
  return each(at(stored, "spec"), "rules").some(
    (rule) => text(rule, "host").includes("*") && validateRule(rule, "").length > 0,
  );
}

function hasInvalidSecretName(stored: Fields): boolean {
  return each(at(stored, "spec"), "tls").some((tls) => {
    const name = text(tls, "secretName");
    return name !== "" && dnsSubdomain(name).length > 0;
  });
}

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const forbiddenParts = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];

function validatePath(entry: Fields, path: string): readonly FieldFault[] {
  const type = entry["pathType"];
  if (type === undefined || type === null)
    return [required(`${path}.pathType`, "pathType must be specified")];
  const faults: FieldFault[] = [];
  const value = text(entry, "path");
  const refuse = (why: string) => faults.push(invalidValue(`${path}.path`, value, why));
  if (!pathTypes.includes(String(type))) faults.push(unsupported(`${path}.pathType`, type, pathTypes));
  else {
    const isExact = type !== "ImplementationSpecific";
    if ((isExact || value !== "") && !value.startsWith("/")) refuse("must be an absolute path");
    if (isExact) {
      for (const part of forbiddenParts) if (value.includes(part)) refuse(`must not contain '${part}'`);
      for (const end of forbiddenEnds) if (value.endsWith(end)) refuse(`cannot end with '${end}'`);
    }
  }
  return [...faults, ...validateBackend(at(entry, "backend"), `${path}.backend`)];
}

function validateBackend(backend: Fields, path: string): readonly FieldFault[] {
  const { service, resource } = backend;
  if (service !== undefined && resource !== undefined)
    return [invalidValue(path, "", "cannot set both resource and service backends")];
  if (resource !== undefined) return validateReference(at(backend, "resource"), `${path}.resource`);
  if (service === undefined) return [invalidValue(path, "", "resource or service backend is required")];
  const faults = [...requiredByRule(dnsLabel, text(at(backend, "service"), "name"), `${path}.service.name`)];
  const port = at(backend, "service", "port");
  const name = text(port, "name");
  const value = number(port, "number") ?? 0;
  if (name !== "" && value !== 0)
    faults.push(invalidValue(path, "", "cannot set both port name & port number"));
  else if (name !== "") faults.push(...byRule(portName, name, `${path}.service.port.name`));
  else if (value === 0) faults.push(required(path, "port name or number is required"));
  else
    faults.push(
      ...portNumber(value).map((fault) => invalidValue(`${path}.service.port.number`, value, fault)),
    );
  return faults;
}

function validateReference(reference: Fields, path: string): readonly FieldFault[] {
  const { apiGroup } = reference;
  return [
    ...(typeof apiGroup === "string" ? byRule(dnsSubdomain, apiGroup, `${path}.apiGroup`) : []),
    ...requiredByRule(pathSegment, text(reference, "kind"), `${path}.kind`),
    ...requiredByRule(pathSegment, text(reference, "name"), `${path}.name`),
  ];
}

/** The annotation that has been before the field must say the same as it, in a new Ingress. */
function validateClass(ingress: Fields, stored: Fields | undefined): readonly FieldFault[] {
  if (stored !== undefined) return [];
  const annotation = at(ingress, "metadata", "annotations")[classAnnotation];
  const name = at(ingress, "spec")["ingressClassName"];
  if (annotation === undefined || name === undefined || annotation === name) return [];
  const why = "must match `ingressClassName` when both are specified";
  return [invalidValue(`annotations.${classAnnotation}`, annotation, why)];
}

function validateIngressStatus(ingress: Fields, stored: Fields): readonly FieldFault[] {
  const known = each(at(stored, "status", "loadBalancer"), "ingress").map((one) => text(one, "ip"));
  return each(at(ingress, "status", "loadBalancer"), "ingress").flatMap((one, index) => {
    const path = `status.loadBalancer.ingress[${index}]`;
    const address = text(one, "ip");
    const host = text(one, "hostname");
    const faults: FieldFault[] = [];
    if (address !== "" && !known.includes(address))
      faults.push(...byRule(legacyAddress, address, `${path}.ip`));
    if (host === "") return faults;
    faults.push(...byRule(dnsSubdomain, host, `${path}.hostname`));
    if (parseAddress(host) !== undefined)
      faults.push(invalidValue(`${path}.hostname`, host, "must be a DNS name, not an IP address"));
    return faults;
  });
}

function ingressWarnings(ingress: Fields, stored: Fields | undefined): readonly string[] {
  const annotated = at(ingress, "metadata", "annotations")[classAnnotation] !== undefined;
  if (stored !== undefined || !annotated || at(ingress, "spec")["ingressClassName"] !== undefined) return [];
  return [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];
}

const controllerLimit = 250;
const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPathPattern = new RegExp(`^${httpPath}$`);

function validateController(controller: string): readonly FieldFault[] {
  const field = "spec.controller";
  const faults = controller.length > controllerLimit ? [tooLong(field, controllerLimit)] : [];
  if (controller === "") return [...faults, required(field)];
  const slash = controller.indexOf("/");
  const host = controller.slice(0, Math.max(slash, 0));
  const path = controller.slice(slash + 1);
  if (slash < 0 || host === "" || path === "") {
    return [
      ...faults,
      invalidValue(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'),
    ];
  }
  faults.push(...byRule(dnsSubdomain, host, field));
  if (!httpPathPattern.test(path))
    faults.push(invalidValue(field, path, `Invalid path (regex used for validation is '${httpPath}')`));
  return faults;
}

function validateParameters(parameters: Fields): readonly FieldFault[] {
  const path = "spec.parameters";
  const faults = [...validateReference(parameters, path)];
  const { scope, namespace } = parameters;
  if (scope === undefined) return [...faults, required(`${path}.scope`)];
  if (scope === "Namespace") {
    if (typeof namespace === "string") faults.push(...byRule(dnsLabel, namespace, `${path}.namespace`));
    else faults.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else if (scope !== "Cluster") faults.push(unsupported(`${path}.scope`, scope, ["Cluster", "Namespace"]));
  else if (namespace !== undefined)
    faults.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  return faults;
}

/** Source: Kubernetes' `pkg/apis/networking/validation`. */
export const ingressValidation: Validation = {
  object: (ingress, stored) => [...validateIngress(ingress, stored), ...validateClass(ingress, stored)],
  subresources: { status: validateIngressStatus },
  warnings: ingressWarnings,
};

/** Source: the same. */
export const ingressClassValidation: Validation = {
  object: (ingressClass) => {
    const spec = at(ingressClass, "spec");
    const faults = [...validateController(text(spec, "controller"))];
    if (spec["parameters"] !== undefined) faults.push(...validateParameters(at(spec, "parameters")));
    return faults;
  },
  update: (ingressClass, stored) =>
    unchanged(at(ingressClass, "spec"), at(stored, "spec"), "spec", "controller"),
};
