import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { duplicate, immutable, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import { dnsSubdomain, qualifiedName } from "../../validate/names.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { byRule, notNegative } from "./checks.ts";
import type { Validation } from "./types.ts";

const longestDriverName = 63;

/** What is wrong with a CSI driver's name. */
export function driverName(name: string, field: string): readonly FieldFault[] {
  if (name === "") return [required(field)];
  const faults = name.length > longestDriverName ? [tooLong(field, longestDriverName)] : [];
  return [...faults, ...dnsSubdomain(name.toLowerCase()).map((fault) => invalidValue(field, name, fault))];
}

const groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];
const lifecycleModes = ["Persistent", "Ephemeral"];
const shortestToken = 600;
const longestToken = 2 ** 32;

function validateTokenRequests(spec: Fields): readonly FieldFault[] {
  const audiences = new Set<string>();
  return each(spec, "tokenRequests").flatMap((request, index) => {
    const path = `spec.tokenRequests[${index}]`;
    const audience = text(request, "audience");
    if (audiences.has(audience)) return [duplicate(`${path}.audience`, audience)];
    audiences.add(audience);
    const seconds = number(request, "expirationSeconds") ?? shortestToken;
    const refuse = (why: string) => [invalidValue(`${path}.expirationSeconds`, seconds, why)];
    if (seconds < shortestToken) return refuse("may not specify a duration less than 10 minutes");
    return seconds > longestToken ? refuse("may not specify a duration larger than 2^32 seconds") : [];
  });
}

function validateDriver(driver: Fields): readonly FieldFault[] {
  const spec = at(driver, "spec");
  const faults: FieldFault[] = [];
  const { fsGroupPolicy: policy } = spec;
  if (policy !== undefined && !groupPolicies.includes(String(policy)))
    faults.push(unsupported("spec.fsGroupPolicy", policy, groupPolicies));
  faults.push(...validateTokenRequests(spec));
  for (const mode of texts(spec, "volumeLifecycleModes")) {
    if (!lifecycleModes.includes(mode))
      faults.push(unsupported("spec.volumeLifecycleModes", mode, lifecycleModes));
  }
  const period = number(spec, "nodeAllocatableUpdatePeriodSeconds") ?? 10;
  if (period < 10) {
    const why = "must be greater than or equal to 10 seconds";
    faults.push(invalidValue("spec.nodeAllocatableUpdatePeriodSeconds", period, why));
  }
  const inSecrets = spec["serviceAccountTokenInSecrets"];
  if (inSecrets !== undefined && each(spec, "tokenRequests").length === 0) {
    const why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
    faults.push(invalidValue("spec.serviceAccountTokenInSecrets", inSecrets, why));
  }
  return faults;
}

/** The second name is upstream's spelling. */
const fixedInDriver = [
  ["attachRequired", "attachedRequired"],
  ["volumeLifecycleModes", "volumeLifecycleModes"],
] as const;

const secretsWarning =
  "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";

/** Source: Kubernetes' `pkg/apis/storage/validation`. */
export const csiDriverValidation: Validation = {
  object: validateDriver,
  update: (driver, stored) => {
    const spec = at(driver, "spec");
    const before = at(stored, "spec");
    return fixedInDriver
      .filter(([key]) => !jsonEqual(spec[key], before[key]))
      .map(([key, named]) => invalidValue(`spec.${named}`, spec[key] ?? null, immutable));
  },
  warnings: (driver, stored) => {
    const spec = at(driver, "spec");
    const asks = each(spec, "tokenRequests").length > 0 && spec["serviceAccountTokenInSecrets"] === undefined;
    const changed =
      stored === undefined || !jsonEqual(spec["tokenRequests"], at(stored, "spec")["tokenRequests"]);
    return asks && changed ? [secretsWarning] : [];
  },
};

const longestNodeId = 256;

function validateNode(node: Fields): readonly FieldFault[] {
  const names = new Set<string>();
  return each(at(node, "spec"), "drivers").flatMap((driver, index) => {
    const path = `spec.drivers[${index}]`;
    const name = text(driver, "name");
    const faults = [...driverName(name, `${path}.name`), ...validateNodeId(driver, `${path}.nodeID`)];
    faults.push(...notNegative(at(driver, "allocatable"), "count", `${path}.allocatable`));
    if (names.has(name)) faults.push(duplicate(`${path}.name`, name));
    names.add(name);
    return [...faults, ...validateTopologyKeys(driver, path)];
  });
}

function validateNodeId(driver: Fields, field: string): readonly FieldFault[] {
  const id = text(driver, "nodeID");
  if (id === "") return [required(field)];
  return id.length > longestNodeId
    ? [invalidValue(field, id, `must be ${longestNodeId} characters or less`)]
    : [];
}

function validateTopologyKeys(driver: Fields, path: string): readonly FieldFault[] {
  const keys = texts(driver, "topologyKeys");
  return keys.flatMap((key, place) => [
    ...(key === "" ? [required(path)] : []),
    ...(keys.indexOf(key) < place ? [duplicate(path, key)] : []),
    ...byRule(qualifiedName, key, path),
  ]);
}

/** Source: the same. */
export const csiNodeValidation: Validation = {
  object: validateNode,
  update: (node, stored) => {
    const { drivers } = at(node, "spec");
    const before = new Map(each(at(stored, "spec"), "drivers").map((one) => [text(one, "name"), one]));
    return each({ drivers }, "drivers").flatMap((driver) => {
      const old = before.get(text(driver, "name"));
      if (old === undefined || jsonEqual(settled(driver), settled(old))) return [];
      return [invalidValue("spec.drivers", settled(driver), immutable)];
    });
  },
};

/** A driver without what its node may report anew. */
function settled({ allocatable: _allocatable, ...driver }: Fields): Fields {
  return driver;
}
