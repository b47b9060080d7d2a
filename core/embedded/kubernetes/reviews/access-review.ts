import { isObject } from "@catalyst/base/json";
import type { Attributes } from "../access/attributes.ts";
import { authorize, grantedRules } from "../access/authorize.ts";
import type { User } from "../access/user.ts";
import { badRequest, type FieldFault, invalid, parseLabelSelector } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import type { Fields, Reviewer } from "./review.ts";
import { selectorFaults } from "./selector-attributes.ts";

const group = "authorization.k8s.io";

/** Answers whether the caller may do something. */
export const selfReviewer: Reviewer = {
  check: (_call, { spec, metadata }) => refuse([...specFaults(spec), ...metadataFaults(metadata, [])]),
  answer: (call, { spec }) => ({ status: judged(call, call.user, spec) }),
};

/** Answers whether somebody may do something. */
export const subjectReviewer: Reviewer = {
  check: (_call, { spec, metadata }) =>
    refuse([...specFaults(spec), ...subjectFaults(spec), ...metadataFaults(metadata, [])]),
  answer: (call, { spec }) => ({ status: judged(call, subjectOf(spec), spec) }),
};

/** The same for one namespace. */
export const localReviewer: Reviewer = {
  check: ({ route }, { spec, metadata }) =>
    refuse([
      ...specFaults(spec),
      ...subjectFaults(spec),
      ...metadataFaults(metadata, ["namespace"]),
      ...localFaults(spec, route.namespace ?? ""),
    ]),
  answer: subjectReviewer.answer,
};

/** Lists what the caller may do in a namespace. */
export const rulesReviewer: Reviewer = {
  check: (_call, { spec }) => {
    if (text(spec["namespace"]) === "") throw badRequest("no namespace on request");
  },
  answer: (call, { spec }) => rulesOf(call, text(spec["namespace"])),
};

function rulesOf(call: Call, namespace: string): Fields {
  const { rules, error } = grantedRules(call.cluster, call.user, namespace);
  return {
    // upstream's answer is a new one, which repeats nothing
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules
        .filter((rule) => (rule.resources?.length ?? 0) > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames === undefined ? {} : { resourceNames }),
        })),
      nonResourceRules: rules
        .filter((rule) => (rule.nonResourceURLs?.length ?? 0) > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
      ...(error === "" ? {} : { evaluationError: error }),
    },
  };
}

function judged(call: Call, user: User, spec: Fields): Fields {
  const { allowed, reason } = authorize(call.cluster, attributesOf(user, spec));
  const asked = spec["resourceAttributes"];
  const error = isObject(asked) ? unreadableSelectors(asked) : "";
  return {
    allowed,
    ...(reason === "" ? {} : { reason }),
    ...(error === "" ? {} : { evaluationError: error }),
  };
}

/** Roles don't look at selectors; one that can't be read is told all the same. */
function unreadableSelectors(asked: Fields): string {
  const faulty = (["fieldSelector", "labelSelector"] as const).filter((name) => {
    const selector = asked[name];
    const raw = isObject(selector) ? selector["rawSelector"] : undefined;
    return typeof raw === "string" && raw !== "" && !isReadable(name, raw);
  });
  const texts = faulty.map((name) => `spec.resourceAttributes.${name} ignored due to parse error`);
  return texts.length > 1 ? `[${texts.join(", ")}]` : (texts[0] ?? "");
}

function isReadable(name: "fieldSelector" | "labelSelector", raw: string): boolean {
  if (name === "fieldSelector")
    return raw.split(",").every((term) => term === "" || /^[^=!]+(==?|!=)/.test(term));
  try {
    parseLabelSelector(raw);
    return true;
  } catch {
    return false;
  }
}

function attributesOf(user: User, spec: Fields): Attributes {
  const path = spec["nonResourceAttributes"];
  if (isObject(path)) return { user, verb: text(path["verb"]), path: text(path["path"]) };
  const asked = spec["resourceAttributes"] as Fields;
  return {
    user,
    verb: text(asked["verb"]),
    group: text(asked["group"]),
    resource: text(asked["resource"]),
    subresource: text(asked["subresource"]),
    namespace: text(asked["namespace"]),
    name: text(asked["name"]),
  };
}

function subjectOf(spec: Fields): User {
  const groups = Array.isArray(spec["groups"]) ? spec["groups"].map(String) : [];
  return { name: text(spec["user"]), groups };
}

function specFaults(spec: Fields): readonly FieldFault[] {
  const path = spec["nonResourceAttributes"];
  const asked = spec["resourceAttributes"];
  const faults: FieldFault[] = [];
  if (isObject(path) && isObject(asked)) {
    const printed = printedPath(path);
    faults.push(
      fault(
        "spec.nonResourceAttributes",
        printed,
        "cannot be specified in combination with resourceAttributes",
      ),
    );
  }
  if (!isObject(path) && !isObject(asked)) {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    faults.push(fault("spec.resourceAttributes", "null", why));
  }
  return isObject(asked) ? [...faults, ...selectorFaults(asked)] : faults;
}

function subjectFaults(spec: Fields): readonly FieldFault[] {
  const { name, groups } = subjectOf(spec);
  if (name !== "" || groups.length > 0) return [];
  return [fault("spec.user", '""', "at least one of user or group must be specified")];
}

function localFaults(spec: Fields, namespace: string): readonly FieldFault[] {
  const asked = spec["resourceAttributes"];
  const path = spec["nonResourceAttributes"];
  const faults: FieldFault[] = [];
  if (isObject(asked) && text(asked["namespace"]) !== namespace) {
    const value = JSON.stringify(text(asked["namespace"]));
    faults.push(fault("spec.resourceAttributes.namespace", value, "must match metadata.namespace"));
  }
  if (isObject(path)) {
    faults.push(fault("spec.nonResourceAttributes", printedPath(path), "disallowed on this kind of request"));
  }
  return faults;
}

/** The fields of metadata in the order in which Go prints them. */
const printedOrder = [
  "name",
  "generateName",
  "namespace",
  "resourceVersion",
  "generation",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
];

/** A review has none but those of `allowed`, and who manages its fields. */
function metadataFaults(metadata: Fields, allowed: readonly string[]): readonly FieldFault[] {
  const isUnsaid = (value: unknown) =>
    value === undefined || value === "" || (isObject(value) && Object.keys(value).length === 0);
  const isEmpty = Object.entries(metadata).every(
    ([name, value]) => name === "managedFields" || allowed.includes(name) || isUnsaid(value),
  );
  if (isEmpty) return [];
  const printed = printedOrder
    .filter((name) => !isUnsaid(metadata[name]))
    .map((name) => [name, metadata[name]]);
  const why = ["must be empty", ...allowed.map((name) => `except for ${name}`)].join(" ");
  return [fault("metadata", JSON.stringify(Object.fromEntries(printed)), why)];
}

/** As Go prints the type inside the server. */
function printedPath(path: Fields): string {
  return JSON.stringify({ Path: text(path["path"]), Verb: text(path["verb"]) });
}

function fault(field: string, value: string, why: string): FieldFault {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${value}: ${why}`, field };
}

function refuse(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw invalid({ group, kind: "" }, "", faults);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
