import type { Exchange, Scenario } from "../exchange.ts";
import { as, aside, bind, clusterRole, core, get, post, review, role, user } from "./requests.ts";

const resource = (verb: string, name: string, more: object = {}) => ({
  resourceAttributes: { verb, resource: name, ...more },
});
const local = "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews";
const localReview = (spec: unknown, metadata: object = { namespace: "default" }) =>
  post(local, { apiVersion: "authorization.k8s.io/v1", kind: "LocalSubjectAccessReview", metadata, spec });

const withMetadata = (kind: string, metadata: object, spec: unknown, more: Partial<Exchange> = {}) => {
  const { body, ...exchange } = review(kind, spec, more);
  return { ...exchange, body: { ...(body as object), metadata } };
};
const ofTokens = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview" };
const strictly = "/apis/authentication.k8s.io/v1/tokenreviews?fieldValidation=Strict";

/** Reviews: what somebody may do, and who somebody is. */
export const reviewScenarios: readonly Scenario[] = [
  {
    name: "a review of somebody's access says by which binding they have it",
    exchanges: [
      clusterRole("review-reader", [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }]),
      bind("review-everywhere", "ClusterRole/review-reader", user("rita"), ""),
      role("review-writer", [{ apiGroups: [""], resources: ["pods"], verbs: ["create"] }]),
      bind("review-here", "Role/review-writer", { kind: "ServiceAccount", name: "robot" }),
      get("/api/v1/pods", { headers: as("rita"), until: 200 }),
      review("SubjectAccessReview", { user: "rita", ...resource("list", "pods") }),
      review("SubjectAccessReview", { user: "rita", ...resource("delete", "pods") }),
      aside(post(`${core}/pods`, {}, { headers: as("system:serviceaccount:default:robot"), until: 422 })),
      review("SubjectAccessReview", {
        user: "system:serviceaccount:default:robot",
        ...resource("create", "pods", { namespace: "default" }),
      }),
      review("SubjectAccessReview", {
        user: "system:serviceaccount:default:robot",
        ...resource("create", "pods", { namespace: "kube-system" }),
      }),
      review("SubjectAccessReview", { groups: ["system:masters"], ...resource("delete", "pods") }),
      review("SubjectAccessReview", {
        user: "nobody",
        groups: ["system:authenticated"],
        nonResourceAttributes: { verb: "get", path: "/api/v1" },
      }),
      review("SubjectAccessReview", {
        user: "nobody",
        uid: "7",
        extra: { a: ["b"] },
        nonResourceAttributes: { verb: "get", path: "/metrics" },
      }),
    ],
  },
  {
    name: "a role that isn't there is told",
    exchanges: [
      bind("dangling", "ClusterRole/dangling-role", user("dora"), ""),
      bind("dangling", "Role/dangling-role", user("dora")),
      // Who sees these sees those before them.
      aside(bind("dangling-seen", "ClusterRole/view", user("nora"), "")),
      aside(get("/api/v1/pods", { headers: as("nora"), until: 200 })),
      aside(bind("dangling-seen", "ClusterRole/view", user("noah"))),
      aside(get(`${core}/pods`, { headers: as("noah"), until: 200 })),
      review("SubjectAccessReview", { user: "dora", ...resource("list", "pods", { namespace: "default" }) }),
      review("SelfSubjectRulesReview", { namespace: "default" }, { headers: as("dora") }),
      get(`${core}/pods`, { headers: as("dora") }),
      get("/api/v1/nodes/x", { headers: as("dora") }),
    ],
  },
  {
    name: "a review that says nothing clear is refused",
    exchanges: [
      review("SubjectAccessReview", {}),
      review("SubjectAccessReview", undefined),
      review("SubjectAccessReview", { user: "a" }),
      review("SubjectAccessReview", resource("get", "pods")),
      review("SubjectAccessReview", {
        user: "a",
        ...resource("get", "pods"),
        nonResourceAttributes: { verb: "get", path: "/" },
      }),
      aside(
        post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          metadata: { name: "named" },
          spec: { user: "a", ...resource("get", "pods") },
        }),
      ),
      review("SelfSubjectAccessReview", {}),
      review("SelfSubjectAccessReview", {
        ...resource("get", "pods"),
        nonResourceAttributes: { verb: "get", path: "/" },
      }),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", { spec: { user: "a" } }),
      post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: {},
      }),
      get("/apis/authorization.k8s.io/v1/subjectaccessreviews"),
      { method: "DELETE", path: "/apis/authorization.k8s.io/v1/subjectaccessreviews/x" },
    ],
  },
  {
    name: "a review has no metadata of its own",
    exchanges: [
      ...[
        { name: "named" },
        { generateName: "named-" },
        { labels: { a: "b" } },
        { annotations: {} },
        { uid: "0-0", creationTimestamp: "2026-01-01T00:00:00Z", resourceVersion: "7" },
        { finalizers: ["example.com/a"] },
        { namespace: "default" },
      ].flatMap((metadata) => [
        withMetadata("SubjectAccessReview", metadata, { user: "a", ...resource("get", "pods") }),
        withMetadata("SelfSubjectAccessReview", metadata, resource("get", "pods")),
        withMetadata("SelfSubjectRulesReview", metadata, { namespace: "none" }, { headers: as("nobody") }),
        withMetadata("TokenReview", metadata, { token: "none" }),
        withMetadata("SelfSubjectReview", metadata, undefined),
      ]),
      localReview({ user: "a", ...resource("get", "pods", { namespace: "default" }) }, { name: "named" }),
    ],
  },
  {
    name: "a review of somebody's token or access is read as any object",
    exchanges: [
      review("TokenReview", { token: 7 }),
      review("TokenReview", { token: "none", audiences: "api" }),
      review("TokenReview", { token: "none", audiences: [] }),
      review("TokenReview", { token: "none", more: "x" }),
      review("SubjectAccessReview", { user: "a", groups: "b", ...resource("get", "pods") }),
      review("SubjectAccessReview", { user: "a", resourceAttributes: {} }),
      review("SubjectAccessReview", { user: "a", nonResourceAttributes: {} }),
      review("SubjectAccessReview", { user: "a", groups: [""], ...resource("get", "pods") }),
      review("SubjectAccessReview", { user: "", groups: [], uid: "7", ...resource("get", "pods") }),
      post(strictly, { ...ofTokens, spec: { token: "none", more: "x" } }),
      post(strictly, { ...ofTokens, spec: { token: "" } }),
      post(strictly, { ...ofTokens, spec: { token: "none" }, status: { authenticated: true } }),
      post("/apis/authentication.k8s.io/v1/tokenreviews?dryRun=Some", { ...ofTokens, spec: {} }),
    ],
  },
  {
    name: "one asks for oneself",
    exchanges: [
      review("SelfSubjectAccessReview", resource("get", "pods")),
      review("SelfSubjectAccessReview", resource("get", "pods"), { headers: as("nobody") }),
      review("SelfSubjectAccessReview", { nonResourceAttributes: { verb: "get", path: "/healthz" } }),
      review("SelfSubjectAccessReview", resource("get", "pods"), { token: "" }),
      review("SelfSubjectReview", undefined),
      review("SelfSubjectReview", undefined, {
        headers: {
          ...as("jane", "one", "two"),
          "impersonate-uid": "7",
          "impersonate-extra-scopes": "view",
        },
      }),
      review("SelfSubjectReview", undefined, { token: "" }),
    ],
  },
  {
    name: "the rules somebody has are listed",
    exchanges: [
      clusterRole("rules-reader", [
        { apiGroups: ["", "apps"], resources: ["pods", "deployments"], verbs: ["get", "list"] },
        { nonResourceURLs: ["/metrics"], verbs: ["get"] },
      ]),
      bind("rules", "ClusterRole/rules-reader", user("rolf"), ""),
      role("rules-named", [
        { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a"], verbs: ["update"] },
      ]),
      bind("rules", "Role/rules-named", user("rolf")),
      get("/api/v1/pods", { headers: as("rolf"), until: 200 }),
      aside({
        method: "PUT",
        path: `${core}/configmaps/a`,
        body: { metadata: { name: "a" } },
        headers: as("rolf"),
        until: 404,
      }),
      review("SelfSubjectRulesReview", { namespace: "default" }, { headers: as("rolf") }),
      review("SelfSubjectRulesReview", { namespace: "kube-system" }, { headers: as("rolf") }),
      review("SelfSubjectRulesReview", {}, { headers: as("rolf") }),
      review("SelfSubjectRulesReview", { namespace: "default" }),
    ],
  },
  {
    name: "a review in a namespace is about that namespace",
    exchanges: [
      localReview({ user: "a", ...resource("get", "pods", { namespace: "default" }) }),
      localReview({ groups: ["system:masters"], ...resource("get", "pods", { namespace: "default" }) }, {}),
      localReview({ user: "a", ...resource("get", "pods", { namespace: "other" }) }),
      localReview({ user: "a", ...resource("get", "pods") }),
      localReview({ user: "a", nonResourceAttributes: { verb: "get", path: "/" } }),
      localReview(
        { user: "a", ...resource("get", "pods", { namespace: "default" }) },
        { namespace: "other" },
      ),
    ],
  },
  {
    name: "a review may ask for a part selected by fields or labels",
    exchanges: [
      review("SelfSubjectAccessReview", {
        ...resource("list", "pods", { fieldSelector: { rawSelector: "spec.nodeName=a" } }),
      }),
      review("SelfSubjectAccessReview", {
        ...resource("list", "pods", { labelSelector: { rawSelector: "a in (" } }),
      }),
      review(
        "SelfSubjectAccessReview",
        {
          ...resource("list", "pods", { labelSelector: { rawSelector: "a in (" } }),
        },
        { headers: as("nobody") },
      ),
      review("SelfSubjectAccessReview", {
        ...resource("list", "pods", {
          fieldSelector: { rawSelector: "a=b", requirements: [{ key: "a", operator: "In", values: ["b"] }] },
        }),
      }),
      review("SelfSubjectAccessReview", { ...resource("list", "pods", { fieldSelector: {} }) }),
      review("SelfSubjectAccessReview", {
        ...resource("list", "pods", {
          labelSelector: {
            requirements: [
              { key: "a", operator: "In" },
              { key: "-", operator: "Exists", values: ["x"] },
            ],
          },
        }),
      }),
      review("SelfSubjectAccessReview", {
        ...resource("list", "pods", {
          fieldSelector: {
            requirements: [
              { key: "", operator: "In", values: [] },
              { key: "x", operator: "New" },
            ],
          },
        }),
      }),
    ],
  },
];
