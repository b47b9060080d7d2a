import type { Scenario, Step } from "../scenario.ts";

const registered = "/apis/admissionregistration.k8s.io/v1";

function tried(kind: string, parts: object): Step {
  const body = { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "tried" }, ...parts };
  const plural = kind.endsWith("Policy") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return { method: "POST", path: `${registered}/${plural.toLowerCase()}?dryRun=All`, body };
}

const rule = { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] };
const fine = {
  name: "fine.example.com",
  rules: [rule],
  clientConfig: { url: "https://example.com/hook" },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
};

/** A configuration with one webhook that is fine but for these fields. */
function hookWith(name: string, fields: object, kind = "ValidatingWebhookConfiguration"): Scenario {
  return { name: `a webhook with ${name}`, steps: [tried(kind, { webhooks: [{ ...fine, ...fields }] })] };
}

function ruleWith(name: string, fields: object): Scenario {
  return hookWith(name, { rules: [{ ...rule, ...fields }] });
}

function clientWith(name: string, clientConfig: object): Scenario {
  return hookWith(name, { clientConfig });
}

function serviceWith(name: string, fields: object): Scenario {
  return clientWith(name, { service: { name: "svc", namespace: "ns", ...fields } });
}

const webhooks: readonly Scenario[] = [
  hookWith("every default", {}),
  hookWith("every default, mutating", {}, "MutatingWebhookConfiguration"),
  hookWith("no name", { name: "" }),
  hookWith("a short name", { name: "short.name" }),
  hookWith("a wrong name", { name: "Wrong_name.example.com" }),
  hookWith("no rules", { rules: [] }),
  hookWith("an unknown failurePolicy", { failurePolicy: "Maybe" }),
  hookWith("an unknown matchPolicy", { matchPolicy: "Maybe" }),
  hookWith("no sideEffects", { sideEffects: undefined }),
  hookWith("side effects", { sideEffects: "Some" }),
  hookWith("a long timeout", { timeoutSeconds: 31 }),
  hookWith("no timeout", { timeoutSeconds: 0 }),
  hookWith("no review versions", { admissionReviewVersions: [] }),
  hookWith("unknown review versions", { admissionReviewVersions: ["v2"] }),
  hookWith("review versions twice", { admissionReviewVersions: ["v1", "v1"] }),
  hookWith("broken review versions", { admissionReviewVersions: ["v1", "1v"] }),
  hookWith("a broken namespaceSelector", {
    namespaceSelector: { matchExpressions: [{ key: "a", operator: "Maybe" }] },
  }),
  hookWith("a broken objectSelector", { objectSelector: { matchLabels: { "a b": "c" } } }),
  hookWith("an unknown reinvocationPolicy", { reinvocationPolicy: "Always" }, "MutatingWebhookConfiguration"),
  ruleWith("no operations", { operations: [] }),
  ruleWith("every operation and another", { operations: ["*", "CREATE"] }),
  ruleWith("an unknown operation", { operations: ["PATCH"] }),
  ruleWith("no groups", { apiGroups: [] }),
  ruleWith("every group and another", { apiGroups: ["*", "apps"] }),
  ruleWith("no versions", { apiVersions: [] }),
  ruleWith("an empty version", { apiVersions: [""] }),
  ruleWith("every version and another", { apiVersions: ["v1", "*"] }),
  ruleWith("no resources", { resources: [] }),
  ruleWith("an empty resource", { resources: [""] }),
  ruleWith("every resource and another", { resources: ["*", "pods"] }),
  ruleWith("every subresource and another", { resources: ["*/*", "pods"] }),
  ruleWith("all of pods and one of them", { resources: ["pods/*", "pods/status"] }),
  ruleWith("status of all and one of them", { resources: ["*/status", "pods/status"] }),
  ruleWith("an unknown scope", { scope: "Maybe" }),
  clientWith("no address", {}),
  clientWith("two addresses", { url: "https://a.b", service: { name: "a", namespace: "b" } }),
  clientWith("an URL of http", { url: "http://example.com" }),
  clientWith("an URL without host", { url: "https:///path" }),
  clientWith("an URL with a query", { url: "https://example.com/x?y=z" }),
  clientWith("an URL with a fragment", { url: "https://example.com/x#y" }),
  serviceWith("a service", {}),
  serviceWith("a service without name", { name: "" }),
  serviceWith("a service without namespace", { namespace: "" }),
  serviceWith("a service's wrong port", { port: 70_000 }),
  serviceWith("a service's path of nothing", { path: "//" }),
  serviceWith("a service's relative path", { path: "x/y" }),
  serviceWith("a service's path with a hole", { path: "/x//y" }),
  serviceWith("a service's path with a wrong part", { path: "/x/Y_z" }),
  hookWith("conditions without name or expression", { matchConditions: [{ name: "", expression: " " }] }),
  hookWith("conditions of one name", {
    matchConditions: [
      { name: "a", expression: "true" },
      { name: "a", expression: "false" },
    ],
  }),
  hookWith("a condition of a wrong name", { matchConditions: [{ name: "a b", expression: "true" }] }),
  hookWith("conditions that are no expressions", {
    matchConditions: [
      { name: "a", expression: "object." },
      { name: "b", expression: "'true'" },
      { name: "c", expression: "params == 1" },
      { name: "d", expression: "variables.a" },
    ],
  }),
  hookWith("too many conditions", {
    matchConditions: Array.from({ length: 65 }, (_, index) => ({ name: `c${index}`, expression: "true" })),
  }),
  {
    name: "webhooks of one name",
    steps: [tried("ValidatingWebhookConfiguration", { webhooks: [fine, fine] })],
  },
  { name: "no webhooks", steps: [tried("MutatingWebhookConfiguration", {})] },
];

const matching = { resourceRules: [rule] };

function bindingWith(name: string, spec: object, kind = "ValidatingAdmissionPolicyBinding"): Scenario {
  return {
    name: `a binding with ${name}`,
    steps: [tried(kind, { spec: { policyName: "policy", ...spec } })],
  };
}

const denies = { validationActions: ["Deny"] };

const bindings: readonly Scenario[] = [
  bindingWith("its defaults", { ...denies, matchResources: matching }),
  bindingWith("its defaults, mutating", { matchResources: matching }, "MutatingAdmissionPolicyBinding"),
  bindingWith("no policy", { ...denies, policyName: "" }),
  bindingWith("a wrong policy", { ...denies, policyName: "No_name" }),
  bindingWith("no actions", {}),
  bindingWith("unknown actions", { validationActions: ["Maybe"] }),
  bindingWith("actions twice", { validationActions: ["Deny", "Deny"] }),
  bindingWith("both to deny and to warn", { validationActions: ["Deny", "Warn"] }),
  bindingWith("a parameter without name", { ...denies, paramRef: { parameterNotFoundAction: "Deny" } }),
  bindingWith("a parameter of a wrong name", {
    ...denies,
    paramRef: { name: "a/b", parameterNotFoundAction: "Deny" },
  }),
  bindingWith("a parameter by name and by selector", {
    ...denies,
    paramRef: { name: "a", selector: {}, parameterNotFoundAction: "Allow" },
  }),
  bindingWith("a parameter without action", { ...denies, paramRef: { name: "a" } }),
  bindingWith("a parameter of an unknown action", {
    ...denies,
    paramRef: { name: "a", parameterNotFoundAction: "Maybe" },
  }),
  bindingWith("names twice", {
    ...denies,
    matchResources: { resourceRules: [{ ...rule, resourceNames: ["a", "a", "b/c"] }] },
  }),
];

/** Configurations that are tried only. */
export const registrationScenarios: readonly Scenario[] = [...webhooks, ...bindings];
