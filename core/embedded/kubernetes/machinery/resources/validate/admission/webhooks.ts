import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { duplicate, invalidValue, required, unsupported } from "../../../validate/faults.ts";
import { dns1035Label, dnsSubdomain, portNumber } from "../../../validate/names.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { at, each, type Fields, number, text, texts } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { choiceFaults, failurePolicies, matchPolicies, reinvocationPolicies, validateRule } from "./match.ts";
import { validateMatchConditions } from "./match-conditions.ts";

const reviewVersions = ["v1", "v1beta1"];
const harmless = ["None", "NoneOnDryRun"];
const anyEffects = ["None", "NoneOnDryRun", "Some", "Unknown"];

/** What is let pass because a stored configuration has it already. */
interface Leniency {
  readonly effects: boolean;
  readonly versions: boolean;
  readonly names: boolean;
  readonly conditions: boolean;
}

/** Validating and mutating configurations alike. Source: upstream's validation of the group. */
export const webhookConfiguration: Validation = {
  object: (configuration, stored) => {
    const hooks = each(configuration, "webhooks");
    const lenient = leniency(hooks, stored);
    return hooks.flatMap((hook, index) => [
      ...validateHook(hook, `webhooks[${index}]`, lenient),
      ...versionFaults(hook, `webhooks[${index}].admissionReviewVersions`, lenient),
      ...(lenient.names || isFirst(hooks, hook, index)
        ? []
        : [duplicate(`webhooks[${index}].name`, text(hook, "name"))]),
    ]);
  },
};

function isFirst(hooks: readonly Fields[], hook: Fields, index: number): boolean {
  const name = text(hook, "name");
  return name === "" || hooks.findIndex((other) => text(other, "name") === name) === index;
}

/** An update isn't held to rules that what is stored breaks. */
function leniency(hooks: readonly Fields[], stored: Fields | undefined): Leniency {
  if (stored === undefined) return { effects: false, versions: false, names: false, conditions: false };
  const held = each(stored, "webhooks");
  const conditions = (list: readonly Fields[]) => list.map((hook) => hook["matchConditions"] ?? null);
  return {
    effects: held.some((hook) => !harmless.includes(text(hook, "sideEffects"))),
    versions: held.some((hook) => !hasKnownVersion(texts(hook, "admissionReviewVersions"))),
    names: held.some((hook, index) => !isFirst(held, hook, index)),
    conditions: jsonEqual(conditions(hooks), conditions(held)),
  };
}

function validateHook(hook: Fields, path: string, lenient: Leniency): readonly FieldFault[] {
  const timeout = number(hook, "timeoutSeconds");
  const selector = (key: string) =>
    hook[key] === undefined ? [] : validateSelector(at(hook, key), `${path}.${key}`);
  return [
    ...nameFaults(text(hook, "name"), `${path}.name`),
    ...each(hook, "rules").flatMap((rule, index) => validateRule(rule, `${path}.rules[${index}]`)),
    ...choiceFaults(hook, "failurePolicy", path, failurePolicies),
    ...choiceFaults(hook, "matchPolicy", path, matchPolicies),
    ...effectFaults(hook, `${path}.sideEffects`, lenient),
    ...(timeout === undefined || (timeout >= 1 && timeout <= 30)
      ? []
      : [
          invalidValue(
            `${path}.timeoutSeconds`,
            timeout,
            "the timeout value must be between 1 and 30 seconds",
          ),
        ]),
    ...selector("namespaceSelector"),
    ...selector("objectSelector"),
    ...choiceFaults(hook, "reinvocationPolicy", path, reinvocationPolicies),
    ...validateClientConfig(at(hook, "clientConfig"), `${path}.clientConfig`),
    ...(lenient.conditions
      ? []
      : validateMatchConditions(each(hook, "matchConditions"), `${path}.matchConditions`, false)),
  ];
}

function nameFaults(name: string, path: string): readonly FieldFault[] {
  if (name === "") return [required(path)];
  const faults = dnsSubdomain(name);
  if (faults.length > 0) return [invalidValue(path, name, faults.join(","))];
  if (name.split(".").length >= 3) return [];
  return [invalidValue(path, name, "should be a domain with at least three segments separated by dots")];
}

function effectFaults(hook: Fields, path: string, lenient: Leniency): readonly FieldFault[] {
  const allowed = lenient.effects ? anyEffects : harmless;
  const value = hook["sideEffects"] ?? undefined;
  if (value === undefined) return [required(path, `must specify one of ${allowed.join(", ")}`)];
  return allowed.includes(String(value)) ? [] : [unsupported(path, value, allowed)];
}

function versionFaults(hook: Fields, path: string, lenient: Leniency): readonly FieldFault[] {
  const versions = texts(hook, "admissionReviewVersions");
  if (versions.length === 0) return [required(path, `must specify one of ${reviewVersions.join(", ")}`)];
  const faults = versions.flatMap((version, index) => {
    const place = `${path}[${index}]`;
    if (versions.indexOf(version) !== index) return [invalidValue(place, version, "duplicate version")];
    return dns1035Label(version).map((fault) => invalidValue(place, version, fault));
  });
  if (lenient.versions || hasKnownVersion(versions)) return faults;
  return [
    ...faults,
    invalidValue(path, versions, `must include at least one of ${reviewVersions.join(", ")}`),
  ];
}

function hasKnownVersion(versions: readonly string[]): boolean {
  return versions.some((version) => reviewVersions.includes(version));
}

/** Everything wrong with a WebhookClientConfig. */
function validateClientConfig(config: Fields, path: string): readonly FieldFault[] {
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) {
    return [required(path, "exactly one of url or service is required")];
  }
  return url === undefined
    ? validateService(at(config, "service"), `${path}.service`)
    : validateUrl(String(url), `${path}.url`);
}

const form = "; desired format: https://host[/path]";

function validateUrl(url: string, path: string): readonly FieldFault[] {
  const [, scheme = "", authority = "", , query = "", fragment = ""] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(url) ?? [];
  const user = authority.includes("@") ? authority.slice(0, authority.lastIndexOf("@")) : undefined;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const faults: FieldFault[] = [];
  if (scheme !== "https") {
    faults.push(invalidValue(path, scheme, `'https' is the only allowed URL scheme${form}`));
  }
  if (host === "") faults.push(invalidValue(path, host, `host must be specified${form}`));
  else if (!URL.canParse(`https://${host}`)) {
    faults.push(required(path, `url must be a valid URL: parse ${JSON.stringify(url)}: invalid host${form}`));
  }
  if (user !== undefined) {
    // What may be a password isn't repeated (security case 25); upstream repeats it.
    faults.push(invalidValue(path, "<omitted>", "user information is not permitted in the URL"));
  }
  if (fragment !== "") faults.push(invalidValue(path, fragment, "fragments are not permitted in the URL"));
  if (query !== "") faults.push(invalidValue(path, query, "query parameters are not permitted in the URL"));
  return faults;
}

function validateService(service: Fields, path: string): readonly FieldFault[] {
  const port = number(service, "port") ?? 443;
  const urlPath = service["path"];
  // Upstream takes one for the other here: a missing namespace is told of the name.
  const told = { namespace: "name", name: "namespace" } as const;
  return [
    ...(["namespace", "name"] as const).flatMap((key) =>
      text(service, key) === "" ? [required(`${path}.${told[key]}`)] : [],
    ),
    ...portNumber(port).map((fault) => invalidValue(`${path}.port`, port, `port is not valid: ${fault}`)),
    ...(typeof urlPath === "string" ? pathFaults(urlPath, `${path}.path`) : []),
  ];
}

function pathFaults(urlPath: string, path: string): readonly FieldFault[] {
  if (urlPath === "" || urlPath === "/") return [];
  if (urlPath === "//") return [invalidValue(path, urlPath, "segment[0] may not be empty")];
  const faults = urlPath.startsWith("/") ? [] : [invalidValue(path, urlPath, "must start with a '/'")];
  const steps = urlPath.slice(1).replace(/\/$/, "").split("/");
  steps.forEach((step, index) => {
    const wrong = step === "" ? [" may not be empty"] : dnsSubdomain(step).map((fault) => `: ${fault}`);
    faults.push(...wrong.map((fault) => invalidValue(path, urlPath, `segment[${index}]${fault}`)));
  });
  return faults;
}
