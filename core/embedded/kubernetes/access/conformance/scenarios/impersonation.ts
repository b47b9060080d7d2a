import type { Scenario } from "../exchange.ts";
import { as, aside, bind, clusterRole, core, get, post, review, user } from "./requests.ts";

const whoami = (headers: Readonly<Record<string, string>>) =>
  review("SelfSubjectReview", undefined, { headers });

/** Whom the limited one acts as. */
const account = "system:serviceaccount:default:actor";

/** Acting as somebody else. */
export const impersonationScenarios: readonly Scenario[] = [
  {
    name: "an administrator acts as anybody",
    exchanges: [
      whoami(as("jane")),
      whoami(as("jane", "a", "b")),
      whoami(as("system:anonymous")),
      whoami(as("system:serviceaccount:default:robot")),
      whoami(as("system:serviceaccount:default:robot", "other")),
      whoami(as("system:node:node-1")),
      whoami(as("jane", "system:unauthenticated")),
      whoami({ "impersonate-group": "a" }),
      whoami({ "impersonate-uid": "7" }),
      whoami({ "impersonate-extra-a": "7" }),
      whoami({ ...as("jane"), "impersonate-extra-example.com%2fscope": "a", "impersonate-uid": "9" }),
      get(`${core}/pods`, { headers: as("jane") }),
      get("/api/v1/pods?watch=true", { headers: as("jane") }),
      get("/metrics", { headers: as("jane") }),
      get("/apis/apps/v1/namespaces/default/deployments/x/status", { headers: as("jane") }),
      get("/api/v1/nodes/x", { headers: as("jane") }),
      get("/apis/example.com/v1/widgets", { headers: as("jane") }),
      get("/api/v1/namespaces/x", { headers: as("jane") }),
      get("/api/v1/namespaces", { headers: as("jane") }),
    ],
  },
  {
    name: "others act only as whom they may",
    exchanges: [
      aside(post(`${core}/serviceaccounts`, { metadata: { name: "actor" } })),
      {
        method: "POST",
        path: `${core}/serviceaccounts/actor/token`,
        body: { spec: {} },
        keep: { token: "status.token" },
      },
      clusterRole("actor", [
        { apiGroups: [""], resources: ["users"], resourceNames: ["jane"], verbs: ["impersonate"] },
        { apiGroups: [""], resources: ["groups"], resourceNames: ["friends"], verbs: ["impersonate"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["userextras/scopes"], verbs: ["impersonate"] },
      ]),
      bind("actor", "ClusterRole/actor", { kind: "ServiceAccount", name: "actor", namespace: "default" }, ""),
      review("SelfSubjectReview", undefined, { token: "{{token}}", headers: as("jane"), until: 201 }),
      ...[
        as("jane", "friends"),
        as("jane", "strangers"),
        as("john"),
        as("system:serviceaccount:default:robot"),
        as("system:node:node-1"),
        { ...as("jane"), "impersonate-uid": "7" },
        { ...as("jane"), "impersonate-extra-scopes": "a" },
        { ...as("jane"), "impersonate-extra-others": "a" },
      ].map((headers) => review("SelfSubjectReview", undefined, { token: "{{token}}", headers })),
      review("SelfSubjectReview", undefined, { token: "", headers: as("jane") }),
    ],
  },
  {
    name: "somebody may be let act as others for some requests only",
    exchanges: [
      aside(post(`${core}/serviceaccounts`, { metadata: { name: "limited" } })),
      {
        method: "POST",
        path: `${core}/serviceaccounts/limited/token`,
        body: { spec: {} },
        keep: { token: "status.token" },
      },
      clusterRole("limited", [
        {
          apiGroups: ["authentication.k8s.io"],
          resources: ["users"],
          resourceNames: ["jack"],
          verbs: ["impersonate:user-info"],
        },
        {
          apiGroups: ["authentication.k8s.io"],
          resources: ["serviceaccounts"],
          verbs: ["impersonate:serviceaccount"],
        },
        { apiGroups: ["authentication.k8s.io"], resources: ["nodes"], verbs: ["impersonate:arbitrary-node"] },
        {
          apiGroups: [""],
          resources: ["configmaps"],
          verbs: [
            "impersonate-on:user-info:list",
            "impersonate-on:serviceaccount:list",
            "impersonate-on:arbitrary-node:list",
          ],
        },
      ]),
      bind(
        "limited",
        "ClusterRole/limited",
        { kind: "ServiceAccount", name: "limited", namespace: "default" },
        "",
      ),
      clusterRole("limited-reader", [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list", "get"] }]),
      bind("limited-jack", "ClusterRole/limited-reader", user("jack"), ""),
      bind("limited-account", "ClusterRole/limited-reader", user(account), ""),
      get(`${core}/configmaps?limit=1&fieldSelector=metadata.name%3Dnone`, {
        token: "{{token}}",
        headers: as("jack"),
        until: 200,
      }),
      get(`${core}/configmaps/x`, { token: "{{token}}", headers: as("jack") }),
      get(`${core}/configmaps?fieldSelector=metadata.name%3Dnone`, {
        token: "{{token}}",
        headers: as(account),
        until: 200,
      }),
      get(`${core}/secrets`, { token: "{{token}}", headers: as(account) }),
      get(`${core}/configmaps`, { token: "{{token}}", headers: as("system:node:node-1") }),
      get(`${core}/configmaps`, { token: "{{token}}", headers: as("jack", "system:masters") }),
      get(`${core}/configmaps`, { token: "{{token}}", headers: as("jill") }),
    ],
  },
  {
    name: "requests without or with wrong credentials",
    exchanges: [
      get("/api", { token: "" }),
      get("/version/x", { token: "" }),
      get(`${core}/pods`, { token: "" }),
      get(`${core}/pods`, { token: "wrong" }),
      get("/livez", { token: "", headers: { authorization: "Basic YTpi" } }),
      get("/livez", { token: "", headers: { authorization: "Bearer" } }),
    ],
  },
];
