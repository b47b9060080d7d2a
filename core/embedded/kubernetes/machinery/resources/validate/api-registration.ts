import type { FieldFault } from "../../status.ts";
import { invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dns1035Label, dnsSubdomain, pathSegment, portNumber } from "../../validate/names.ts";
import { at, each, type Fields, number, text } from "../fields.ts";
import { byRule } from "./checks.ts";
import type { Validations } from "./types.ts";

/** An APIService is named for what it serves. */
function validateName(name: string, version: string, group: string): readonly FieldFault[] {
  if (name === "" || pathSegment(name).length > 0 || name === `${version}.${group}`) return [];
  const why = `must be \`spec.version+"."+spec.group\`: "${version}.${group}"`;
  return [invalidValue("metadata.name", name, why)];
}

function priority(spec: Fields, key: string, limit: number): readonly FieldFault[] {
  const value = number(spec, key) ?? 0;
  if (value > 0 && value <= limit) return [];
  return [invalidValue(`spec.${key}`, value, `must be positive and less than ${limit}`)];
}

function validateService(service: Fields): readonly FieldFault[] {
  const port = number(service, "port") ?? 0;
  return [
    ...["namespace", "name"]
      .filter((key) => text(service, key) === "")
      .map((key) => required(`spec.service.${key}`)),
    ...portNumber(port).map((fault) =>
      invalidValue("spec.service.port", port, `port is not valid: ${fault}`),
    ),
  ];
}

function validateApiService(apiService: Fields): readonly FieldFault[] {
  const spec = at(apiService, "spec");
  const [group, version, bundle] = [text(spec, "group"), text(spec, "version"), text(spec, "caBundle")];
  const faults = [...validateName(text(at(apiService, "metadata"), "name"), version, group)];
  if (group === "" && version !== "v1")
    faults.push(required("spec.group", "only v1 may have an empty group and it better be legacy kube"));
  if (group !== "") faults.push(...byRule(dnsSubdomain, group, "spec.group"));
  faults.push(...byRule(dns1035Label, version, "spec.version"));
  faults.push(...priority(spec, "groupPriorityMinimum", 20_000), ...priority(spec, "versionPriority", 1000));
  const skips = spec["insecureSkipTLSVerify"] === true;
  const refuseSkipping = (why: string) => faults.push(invalidValue("spec.insecureSkipTLSVerify", skips, why));
  if (spec["service"] !== undefined) {
    faults.push(...validateService(at(spec, "service")));
    if (skips && bundle !== "") refuseSkipping("may not be true if caBundle is present");
    return faults;
  }
  if (bundle !== "") {
    const size = `${Buffer.from(bundle, "base64").length} bytes`;
    faults.push(invalidValue("spec.caBundle", size, "local APIServices may not have a caBundle"));
  }
  if (skips) refuseSkipping("local APIServices may not have insecureSkipTLSVerify");
  return faults;
}

const statuses = ["True", "False", "Unknown"];

/** Source: kube-aggregator's `pkg/apis/apiregistration/validation`. */
export const apiRegistrationValidations: Validations = {
  APIService: {
    object: validateApiService,
    subresources: {
      status: (apiService) =>
        each(at(apiService, "status"), "conditions").flatMap((condition, index) => {
          const status = text(condition, "status");
          if (statuses.includes(status)) return [];
          return [unsupported(`status.conditions[${index}].status`, status, statuses)];
        }),
    },
  },
};
