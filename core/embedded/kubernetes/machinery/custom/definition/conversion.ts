import { X509Certificate } from "node:crypto";
import { at, type Fields, number, text, texts } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dns1035Label, dnsSubdomain } from "../../validate/names.ts";

const path = "spec.conversion";
const clientPath = `${path}.webhookClientConfig`;
const understood = ["v1", "v1beta1"];

/** What is wrong with how a definition converts its objects. A served one's CA must be one. */
export function validateConversion(conversion: Fields, established: boolean): readonly FieldFault[] {
  const strategy = text(conversion, "strategy");
  const faults: FieldFault[] = [];
  if (strategy === "") faults.push(required(`${path}.strategy`));
  else if (!["None", "Webhook"].includes(strategy)) {
    faults.push(unsupported(`${path}.strategy`, strategy, ["None", "Webhook"]));
  }
  const webhook = at(conversion, "webhook");
  const reviewVersions = texts(webhook, "conversionReviewVersions");
  const isGiven = webhook["clientConfig"] !== undefined;
  if (strategy !== "Webhook") {
    const why = "should not be set when strategy is not set to Webhook";
    if (isGiven) faults.push(forbidden(clientPath, why));
    if (reviewVersions.length > 0) faults.push(forbidden(`${path}.conversionReviewVersions`, why));
    return faults;
  }
  if (isGiven) faults.push(...validateClient(at(webhook, "clientConfig"), established));
  else faults.push(required(clientPath, "required when strategy is set to Webhook"));
  return [...faults, ...validateReviewVersions(reviewVersions)];
}

function validateClient(client: Fields, established: boolean): readonly FieldFault[] {
  const url = client["url"];
  const service = client["service"];
  const faults: FieldFault[] = [];
  if ((url === undefined) === (service === undefined)) {
    faults.push(required(clientPath, "exactly one of url or service is required"));
  } else if (typeof url === "string") faults.push(...validateUrl(url, `${clientPath}.url`));
  else faults.push(...validateService(at(client, "service"), `${clientPath}.service`));
  const bundle = text(client, "caBundle");
  if (bundle !== "" && established && !isCertificate(bundle)) {
    const why = "unable to load root certificates: unable to parse bytes as PEM block";
    faults.push(invalidValue(`${clientPath}.caBundle`, "<caBundle>", why));
  }
  return faults;
}

function isCertificate(bundle: string): boolean {
  try {
    new X509Certificate(Buffer.from(bundle, "base64"));
    return true;
  } catch {
    return false;
  }
}

const form = "; desired format: https://host[/path]";

function validateUrl(url: string, field: string): readonly FieldFault[] {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(
    url,
  );
  const [, scheme = "", authority = "", query = "", fragment = ""] = match ?? [];
  const faults: FieldFault[] = [];
  const say = (value: string, why: string) => void faults.push(invalidValue(field, value, why));
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (scheme !== "https") say(scheme, `'https' is the only allowed URL scheme${form}`);
  if (host === "") say(host, `host must be specified${form}`);
  if (authority.includes("@")) {
    say(authority.slice(0, authority.lastIndexOf("@")), "user information is not permitted in the URL");
  }
  if (fragment !== "") say(fragment, "fragments are not permitted in the URL");
  if (query !== "") say(query, "query parameters are not permitted in the URL");
  return faults;
}

function validateService(service: Fields, field: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  // Upstream hands them over in the wrong order: what it says of one is about the other.
  if (text(service, "namespace") === "") faults.push(required(`${field}.name`));
  if (text(service, "name") === "") faults.push(required(`${field}.namespace`));
  const port = number(service, "port") ?? 443;
  if (port < 1 || port > 65535) {
    faults.push(
      invalidValue(`${field}.port`, port, "port is not valid: must be between 1 and 65535, inclusive"),
    );
  }
  return [...faults, ...validatePath(text(service, "path"), `${field}.path`)];
}

function validatePath(value: string, field: string): readonly FieldFault[] {
  if (value === "" || value === "/") return [];
  if (value === "//") return [invalidValue(field, value, "segment[0] may not be empty")];
  const faults: FieldFault[] = [];
  if (!value.startsWith("/")) faults.push(invalidValue(field, value, "must start with a '/'"));
  const steps = value.slice(1).replace(/\/$/, "").split("/");
  steps.forEach((step, index) => {
    if (step === "") faults.push(invalidValue(field, value, `segment[${index}] may not be empty`));
    else {
      for (const fault of dnsSubdomain(step))
        faults.push(invalidValue(field, value, `segment[${index}]: ${fault}`));
    }
  });
  return faults;
}

function validateReviewVersions(versions: readonly string[]): readonly FieldFault[] {
  const field = `${path}.conversionReviewVersions`;
  if (versions.length === 0) return [required(field)];
  const faults = versions.flatMap((version, index) => {
    const place = `${field}[${index}]`;
    if (versions.indexOf(version) < index) return [invalidValue(place, version, "duplicate version")];
    return dns1035Label(version).map((fault) => invalidValue(place, version, fault));
  });
  if (!versions.some((version) => understood.includes(version))) {
    faults.push(invalidValue(field, versions, `must include at least one of ${understood.join(", ")}`));
  }
  return faults;
}
