import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { duplicate, forbidden, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import { dnsLabel, dnsSubdomain } from "../../validate/names.ts";
import { certificatesProblem, requestProblem } from "../../validate/pkcs10.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import type { Validations } from "./types.ts";

const usages = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];

const shortestLife = 600;
const oldSigner = "kubernetes.io/legacy-unknown";

function validateRequest(request: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const spec = at(request, "spec");
  const faults: FieldFault[] = [];
  const pem = Buffer.from(text(spec, "request"), "base64").toString("latin1");
  const problem = requestProblem(pem);
  if (problem !== undefined) faults.push(invalidValue("spec.request", spec["request"] ?? null, problem));
  faults.push(...validateUsages(texts(spec, "usages")), ...validateSigner(text(spec, "signerName")));
  const life = number(spec, "expirationSeconds") ?? shortestLife;
  if (life < shortestLife) {
    const why = "may not specify a duration less than 600 seconds (10 minutes)";
    faults.push(invalidValue("spec.expirationSeconds", life, why));
  }
  return [...faults, ...validateStatus(request, stored)];
}

function validateUsages(given: readonly string[]): readonly FieldFault[] {
  const field = "spec.usages";
  if (given.length === 0) return [required(field)];
  return given.flatMap((usage, index) => [
    ...(usages.includes(usage) ? [] : [unsupported(`${field}[${index}]`, usage, usages)]),
    ...(given.indexOf(usage) < index ? [duplicate(`${field}[${index}]`, usage)] : []),
  ]);
}

const longestDomain = 253;
const longestPath = 253 + 63 + 1;

function validateSigner(name: string): readonly FieldFault[] {
  const field = "spec.signerName";
  if (name === "") return [required(field)];
  if (name === oldSigner)
    return [invalidValue(field, name, "the legacy signerName is not allowed via this API version")];
  const [domain = "", path = "", ...more] = name.split("/");
  if (!name.includes("/") || more.length > 0) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalidValue(field, name, why)];
  }
  const faults: FieldFault[] = domain.length > longestDomain ? [tooLong(field, longestDomain)] : [];
  faults.push(...firstBadLabel(domain, dnsLabel, field));
  if (!domain.includes(".")) {
    const why = "should be a domain with at least two segments separated by dots";
    faults.push(invalidValue(field, domain, why));
  }
  faults.push(...firstBadLabel(path, dnsSubdomain, field));
  const longest = longestDomain + longestPath + 1;
  return name.length > longest ? [...faults, tooLong(field, longest)] : faults;
}

function firstBadLabel(part: string, rule: typeof dnsLabel, field: string): readonly FieldFault[] {
  const label = part.split(".").find((one) => rule(one).length > 0);
  if (label === undefined) return [];
  return rule(label).map((fault) =>
    invalidValue(field, part, `validating label ${JSON.stringify(label)}: ${fault}`),
  );
}

const anyStatus = ["False", "True", "Unknown"];
const judgements = ["Approved", "Denied"];
const lasting = [...judgements, "Failed"];

function validateStatus(request: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const path = "status.conditions";
  const conditions = each(at(request, "status"), "conditions");
  const faults: FieldFault[] = [];
  const types = conditions.map((condition) => text(condition, "type"));
  conditions.forEach((condition, index) => {
    const type = text(condition, "type");
    const status = text(condition, "status");
    const allowed = lasting.includes(type) ? ["True"] : anyStatus;
    if (type === "") faults.push(required(`${path}[${index}].type`));
    if (status === "") faults.push(required(`${path}[${index}].status`));
    else if (!allowed.includes(status)) faults.push(unsupported(`${path}[${index}].status`, status, allowed));
    const other = judgements.includes(type) ? judgements.find((one) => one !== type) : undefined;
    if (other !== undefined && types.slice(0, index).includes(other))
      faults.push(invalidValue(path, type, "Approved and Denied conditions are mutually exclusive"));
    if (types.indexOf(type) < index) faults.push(duplicate(`${path}[${index}].type`, type));
  });
  const certificate = text(at(request, "status"), "certificate");
  if (certificate === text(at(stored, "status"), "certificate")) return faults;
  const problem = certificatesProblem(Buffer.from(certificate, "base64").toString("latin1"));
  return problem === undefined
    ? faults
    : [...faults, invalidValue("status.certificate", "<certificate data>", problem)];
}

/** What this door lets through, besides what every door does. */
interface Door {
  readonly judges: boolean;
  readonly issues: boolean;
}

function validateChange(door: Door, request: Fields, stored: Fields): readonly FieldFault[] {
  const path = "status.conditions";
  const of = (object: Fields, type: string) =>
    each(at(object, "status"), "conditions").filter((condition) => condition["type"] === type);
  const faults: FieldFault[] = [];
  const refuse = (why: string, type: string) =>
    faults.push(forbidden(path, `updates may not ${why} a condition of type "${type}"`));
  for (const type of lasting) {
    if (of(request, type).length < of(stored, type).length) refuse("remove", type);
  }
  for (const type of door.judges ? [] : judgements) {
    const [now, before] = [of(request, type), of(stored, type)];
    if (now.length > before.length) refuse("add", type);
    else if (now.length === before.length && !jsonEqual(now, before)) refuse("modify", type);
  }
  const certificate = text(at(request, "status"), "certificate");
  const issued = text(at(stored, "status"), "certificate");
  if (certificate === issued) return faults;
  if (!door.issues) faults.push(forbidden("status.certificate", "updates may not set certificate content"));
  else if (issued !== "")
    faults.push(forbidden("status.certificate", "updates may not modify existing certificate content"));
  return faults;
}

function through(door: Door): (request: Fields, stored: Fields) => readonly FieldFault[] {
  return (request, stored) => [...validateRequest(request, stored), ...validateChange(door, request, stored)];
}

/** Source: Kubernetes' `pkg/apis/certificates/validation`. */
export const certificatesValidations: Validations = {
  CertificateSigningRequest: {
    object: validateRequest,
    update: (request, stored) => validateChange({ judges: false, issues: false }, request, stored),
    subresources: {
      approval: through({ judges: true, issues: false }),
      status: through({ judges: false, issues: true }),
    },
  },
};
