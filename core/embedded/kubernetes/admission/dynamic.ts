import type { Cluster } from "../cluster/cluster.ts";
import type { Entry } from "../storage/entry.ts";
import type { Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";

const group = "admissionregistration.k8s.io";

/** The resources by which people extend admission, by the part of it each configures. */
const configured = {
  mutatingWebhooks: `${group}/mutatingwebhookconfigurations`,
  validatingWebhooks: `${group}/validatingwebhookconfigurations`,
  validatingPolicies: `${group}/validatingadmissionpolicies`,
  validatingBindings: `${group}/validatingadmissionpolicybindings`,
  mutatingPolicies: `${group}/mutatingadmissionpolicies`,
  mutatingBindings: `${group}/mutatingadmissionpolicybindings`,
} as const;

/** Looked up without making a collection: most clusters never have any of these. */
function configurations(cluster: Cluster, part: keyof typeof configured): readonly Entry[] {
  return cluster.held(configured[part]);
}

/** Tells whether anything in a cluster may make a write wait for somebody outside of this process. */
export function hasWebhooks(cluster: Cluster): boolean {
  return (
    configurations(cluster, "mutatingWebhooks").length > 0 ||
    configurations(cluster, "validatingWebhooks").length > 0
  );
}

/** What configures admission isn't subject to it: a broken configuration could never be repaired. */
function isExempt({ objectKind }: Attributes): boolean {
  return objectKind.group === group;
}

/** Policies aren't asked about reviews, without which nobody could find out why they refuse; upstream's exclusion. */
function isReview({ kind }: Attributes): boolean {
  return /^auth(entic|oriz)ation\.k8s\.io$/.test(kind.group) && kind.plural.endsWith("reviews");
}

/** Evaluates all MutatingAdmissionPolicies that are bound. */
export const mutatingPolicies: Admitter = {
  name: "MutatingAdmissionPolicy",
  operations: ["CREATE", "UPDATE", "CONNECT"],
  admit: async (attributes, reinvocation) => {
    const policies = configurations(attributes.cluster, "mutatingPolicies");
    const bindings = configurations(attributes.cluster, "mutatingBindings");
    if (policies.length === 0 || bindings.length === 0) return attributes.object;
    if (isExempt(attributes) || isReview(attributes)) return attributes.object;
    const { applyMutatingPolicies } = await import("./policies/mutating.ts");
    return applyMutatingPolicies(attributes, policies, bindings, reinvocation);
  },
};

/** Asks the webhooks of all MutatingWebhookConfigurations, one after another. */
export const mutatingWebhooks: Admitter = {
  name: "MutatingAdmissionWebhook",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  admit: async (attributes, reinvocation) => {
    const entries = configurations(attributes.cluster, "mutatingWebhooks");
    if (entries.length === 0 || isExempt(attributes)) return attributes.object;
    const { askMutating } = await import("./webhooks/mutating.ts");
    return askMutating(attributes, entries, reinvocation);
  },
};

/** Evaluates all ValidatingAdmissionPolicies that are bound. */
export const validatingPolicies: Admitter = {
  name: "ValidatingAdmissionPolicy",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  validate: async (attributes) => {
    const policies = configurations(attributes.cluster, "validatingPolicies");
    const bindings = configurations(attributes.cluster, "validatingBindings");
    if (policies.length === 0 || bindings.length === 0) return;
    if (isExempt(attributes) || isReview(attributes)) return;
    const { applyValidatingPolicies } = await import("./policies/validating.ts");
    await applyValidatingPolicies(attributes, policies, bindings);
  },
};

/** Asks the webhooks of all ValidatingWebhookConfigurations at once. */
export const validatingWebhooks: Admitter = {
  name: "ValidatingAdmissionWebhook",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  validate: async (attributes) => {
    const entries = configurations(attributes.cluster, "validatingWebhooks");
    if (entries.length === 0 || isExempt(attributes)) return;
    const { askValidating } = await import("./webhooks/validating.ts");
    await askValidating(attributes, entries);
  },
};
