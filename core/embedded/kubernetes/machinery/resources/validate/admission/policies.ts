import type { FieldFault } from "../../../status.ts";
import { duplicate, forbidden, invalidValue, required, unsupported } from "../../../validate/faults.ts";
import { dns1035Label, dnsSubdomain, pathSegment } from "../../../validate/names.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { at, each, type Fields, text, texts } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { choiceFaults, failurePolicies, validateMatchResources } from "./match.ts";

/** What policies of both sorts share, of their `spec`. Source: upstream's validation of the group. */
export function policyFaults(spec: Fields): readonly FieldFault[] {
  const { failurePolicy, paramKind, matchConstraints } = spec;
  return [
    ...(failurePolicy === undefined
      ? [required("spec.failurePolicy")]
      : choiceFaults(spec, "failurePolicy", "spec", failurePolicies)),
    ...(paramKind === undefined ? [] : paramKindFaults(at(spec, "paramKind"), "spec.paramKind")),
    ...(matchConstraints === undefined
      ? [required("spec.matchConstraints")]
      : constraintFaults(at(spec, "matchConstraints"), "spec.matchConstraints")),
  ];
}

function constraintFaults(match: Fields, path: string): readonly FieldFault[] {
  const faults = validateMatchResources(match, path);
  if (each(match, "resourceRules").length > 0) return faults;
  return [...faults, required(`${path}.resourceRules`)];
}

function paramKindFaults(paramKind: Fields, path: string): readonly FieldFault[] {
  const apiVersion = text(paramKind, "apiVersion");
  const kind = text(paramKind, "kind");
  const why = "may have mixed case, but should otherwise match: ";
  const wrong = dns1035Label(kind.toLowerCase()).join(",");
  return [
    ...(apiVersion === ""
      ? [required(`${path}.apiVersion`)]
      : versionFaults(apiVersion, `${path}.apiVersion`)),
    ...(kind === ""
      ? [required(`${path}.kind`)]
      : wrong === ""
        ? []
        : [invalidValue(`${path}.kind`, kind, why + wrong)]),
  ];
}

function versionFaults(apiVersion: string, path: string): readonly FieldFault[] {
  const parts = apiVersion.split("/");
  if (parts.length > 2) {
    return [invalidValue(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  }
  const [version = "", group = ""] = [parts.at(-1), parts.length === 2 ? parts[0] : ""];
  const faults: FieldFault[] = [];
  const wrongGroup = group === "" ? "" : dnsSubdomain(group).join(",");
  if (wrongGroup !== "") faults.push(invalidValue(path, group, wrongGroup));
  if (version === "") return [...faults, invalidValue(path, apiVersion, "version must be specified")];
  const wrongVersion = dns1035Label(version).join(",");
  return wrongVersion === "" ? faults : [...faults, invalidValue(path, version, wrongVersion)];
}

/** Bindings of mutating policies; those of validating ones say besides what a failed validation leads to. */
export const mutatingBinding: Validation = { object: (binding) => bindingFaults(at(binding, "spec")) };

export const validatingBinding: Validation = {
  object: (binding) => {
    const spec = at(binding, "spec");
    return [
      ...bindingFaults(spec),
      ...actionFaults(texts(spec, "validationActions"), "spec.validationActions"),
    ];
  },
};

function bindingFaults(spec: Fields): readonly FieldFault[] {
  const policy = text(spec, "policyName");
  return [
    ...(policy === ""
      ? [required("spec.policyName")]
      : dnsSubdomain(policy).map((fault) => invalidValue("spec.policyName", policy, fault))),
    ...(spec["paramRef"] === undefined ? [] : paramRefFaults(at(spec, "paramRef"), "spec.paramRef")),
    ...(spec["matchResources"] === undefined
      ? []
      : validateMatchResources(at(spec, "matchResources"), "spec.matchResources")),
  ];
}

const notFoundActions = ["Deny", "Allow"];

function paramRefFaults(reference: Fields, path: string): readonly FieldFault[] {
  const name = text(reference, "name");
  const selector = reference["selector"];
  const action = text(reference, "parameterNotFoundAction");
  const both = name !== "" && selector !== undefined;
  const exclusive = "name and selector are mutually exclusive";
  return [
    ...(name === "" ? [] : pathSegment(name).map((fault) => invalidValue(`${path}.name`, name, fault))),
    ...(both ? [forbidden(`${path}.name`, exclusive)] : []),
    ...(selector === undefined ? [] : validateSelector(at(reference, "selector"), `${path}.selector`)),
    ...(both ? [forbidden(`${path}.selector`, exclusive)] : []),
    ...(name === "" && selector === undefined
      ? [required(path, "one of name or selector must be specified")]
      : []),
    ...(action === ""
      ? [required(`${path}.parameterNotFoundAction`)]
      : notFoundActions.includes(action)
        ? []
        : [unsupported(`${path}.parameterNotFoundAction`, action, notFoundActions)]),
  ];
}

const actions = ["Audit", "Deny", "Warn"];

function actionFaults(list: readonly string[], path: string): readonly FieldFault[] {
  const faults = list.flatMap((action, index) => [
    ...(actions.includes(action) ? [] : [unsupported(`${path}[${index}]`, action, actions)]),
    ...(list.indexOf(action) === index ? [] : [duplicate(`${path}[${index}]`, action)]),
  ]);
  if (list.includes("Deny") && list.includes("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    faults.push(invalidValue(path, list, why));
  }
  if (list.length === 0) faults.push(required(path, "at least one validation action is required"));
  return faults;
}
