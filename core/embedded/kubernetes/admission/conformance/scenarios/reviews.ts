import type { Scenario, Step } from "../scenario.ts";
import { configure, forget, hook } from "./webhooks.ts";

const authorization = "/apis/authorization.k8s.io/v1";
const authentication = "/apis/authentication.k8s.io/v1";
const ofReviews = {
  operations: ["*"],
  apiGroups: ["authorization.k8s.io", "authentication.k8s.io"],
  apiVersions: ["*"],
  resources: ["*"],
};
const ofAll = { rules: [ofReviews] };

function review(kind: string, spec: object | undefined, query = "", more: object = {}): Step {
  const group = /Access|Rules/.test(kind) ? authorization : authentication;
  const place = kind === "LocalSubjectAccessReview" ? `${group}/namespaces/default` : group;
  const body = {
    apiVersion: group.slice("/apis/".length),
    kind,
    ...(spec === undefined ? {} : { spec }),
    ...more,
  };
  return { method: "POST", path: `${place}/${kind.toLowerCase()}s${query}`, body };
}

const getPods = { resourceAttributes: { verb: "get", resource: "pods" } };
const ann = review("SubjectAccessReview", { user: "ann", ...getPods });
const elsewhere: Step = {
  ...review("LocalSubjectAccessReview", {
    user: "ann",
    resourceAttributes: { verb: "get", resource: "pods", namespace: "nowhere" },
  }),
  path: `${authorization}/namespaces/nowhere/localsubjectaccessreviews`,
};

const everyKind: readonly Step[] = [
  ann,
  review("SelfSubjectAccessReview", getPods),
  review("LocalSubjectAccessReview", {
    user: "ann",
    resourceAttributes: { verb: "get", resource: "pods", namespace: "default" },
  }),
  review("TokenReview", { token: "none" }),
  review("SelfSubjectReview", undefined, "", { metadata: { labels: { a: "b" } } }),
];

function policy(sort: "Validating" | "Mutating"): readonly Step[] {
  const registered = `/apis/admissionregistration.k8s.io/v1/${sort.toLowerCase()}admission`;
  const body = (kind: string, spec: object) => ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: `${sort}AdmissionPolicy${kind}`,
    metadata: { name: "of-reviews" },
    spec,
  });
  const validating = { validations: [{ expression: "false", message: "never" }] };
  const mutating = {
    reinvocationPolicy: "Never",
    mutations: [
      {
        patchType: "JSONPatch",
        jsonPatch: { expression: '[JSONPatch{op: "replace", path: "/spec/user", value: "other"}]' },
      },
    ],
  };
  const bound = sort === "Validating" ? { validationActions: ["Deny"] } : {};
  return [
    {
      method: "POST",
      path: `${registered}policies`,
      body: body("", {
        matchConstraints: { resourceRules: [ofReviews] },
        ...(sort === "Validating" ? validating : mutating),
      }),
    },
    {
      method: "POST",
      path: `${registered}policybindings`,
      body: body("Binding", { policyName: "of-reviews", ...bound }),
    },
    ann,
    ...(sort === "Validating" ? everyKind.slice(1) : []),
    { method: "DELETE", path: `${registered}policybindings/of-reviews` },
    { method: "DELETE", path: `${registered}policies/of-reviews` },
  ];
}

/** Reviews of access and tokens are admitted as what is stored is, by webhooks and not by policies. */
export const reviewScenarios: readonly Scenario[] = [
  {
    name: "webhooks are asked about reviews",
    steps: [
      configure("Validating", "of-reviews", hook("/allow", ofAll)),
      ...everyKind,
      review("SubjectAccessReview", { user: "ann", ...getPods }, "?dryRun=All&fieldManager=me"),
      elsewhere,
      forget("Validating", "of-reviews"),
    ],
  },
  {
    name: "a webhook refuses reviews, once they are valid",
    steps: [
      configure("Validating", "of-reviews", hook("/deny-message", ofAll)),
      ...everyKind,
      review("SelfSubjectRulesReview", { namespace: "none" }),
      review("SelfSubjectRulesReview", {}),
      review("SubjectAccessReview", getPods),
      review("TokenReview", {}),
      elsewhere,
      forget("Validating", "of-reviews"),
    ],
  },
  {
    name: "a webhook changes what a review asks",
    steps: [
      configure("Mutating", "of-reviews", hook("/ask-of-other", ofAll)),
      ann,
      review("SubjectAccessReview", { user: "ann", ...getPods }, "?dryRun=All"),
      forget("Mutating", "of-reviews"),
    ],
  },
  {
    name: "what a webhook adds to a review may make it invalid",
    steps: [
      configure("Mutating", "of-reviews", hook("/labels", ofAll)),
      ...everyKind,
      forget("Mutating", "of-reviews"),
    ],
  },
  { name: "a validating policy isn't asked about reviews", steps: policy("Validating") },
  { name: "a mutating policy isn't asked about reviews", steps: policy("Mutating") },
];
