import type { Exchange, Scenario } from "../exchange.ts";
import { aside, core, get, post, review } from "./requests.ts";

const account = (name: string) =>
  aside(post(`${core}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } }));

const request = (name: string, spec: unknown, more: object = {}, exchange: Partial<Exchange> = {}) =>
  post(
    `${core}/serviceaccounts/${name}/token`,
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec, ...more },
    exchange,
  );

const pod = (name: string, serviceAccountName: string, more: object = {}) =>
  aside(
    post(`${core}/pods`, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: {
        serviceAccountName,
        automountServiceAccountToken: false,
        containers: [{ name: "a", image: "a" }],
        ...more,
      },
    }),
  );

const remove = (path: string) => aside({ method: "DELETE", path: `${path}?gracePeriodSeconds=0` });
const whoami = (token: string, more: Partial<Exchange> = {}) =>
  review("SelfSubjectReview", undefined, { token, ...more });

/** ServiceAccounts' tokens: what may be asked for, what they say, and what ends them. */
export const tokenScenarios: readonly Scenario[] = [
  {
    name: "a token says who it is for and until when",
    exchanges: [
      account("plain"),
      request("plain", {}, {}, { keep: { plain: "status.token" } }),
      whoami("{{plain}}"),
      review("TokenReview", { token: "{{plain}}" }),
      review("TokenReview", { token: "{{plain}}", audiences: ["vault"] }),
      request(
        "plain",
        { audiences: ["vault", "other"], expirationSeconds: 7200 },
        {},
        {
          keep: { vault: "status.token" },
        },
      ),
      whoami("{{vault}}"),
      review("TokenReview", { token: "{{vault}}" }),
      review("TokenReview", { token: "{{vault}}", audiences: ["other", "vault", "third"] }),
      review("TokenReview", { token: "none" }),
      review("TokenReview", { token: "eyJhbGciOiJub25lIn0.e30." }),
      review("TokenReview", {}),
      review("TokenReview", undefined),
    ],
  },
  {
    name: "a token isn't given for just anything",
    exchanges: [
      account("strict"),
      request("missing", {}),
      request("strict", { expirationSeconds: 599 }),
      request("strict", { expirationSeconds: 2 ** 32 + 1 }),
      request("strict", { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "none" } }),
      request("strict", { boundObjectRef: { kind: "ConfigMap", apiVersion: "v1", name: "none" } }),
      request("strict", { boundObjectRef: { kind: "Deployment", apiVersion: "apps/v1", name: "none" } }),
      request("strict", { boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "none" } }),
      request("strict", { boundObjectRef: { kind: "Node", apiVersion: "v1", name: "none" } }),
      request("strict", {}, { metadata: { name: "other" } }),
      request("strict", {}, { metadata: { namespace: "other" } }),
      request("strict", {}, { metadata: { name: "strict", namespace: "default" } }),
      request("strict", {}, { metadata: { uid: "0-0-0" } }),
      post(`${core}/serviceaccounts/strict/token`, {}),
      post(`${core}/serviceaccounts/strict/token`, { spec: { audiences: "a" } }),
      get(`${core}/serviceaccounts/strict/token`),
      post(`${core}/serviceaccounts/strict/token?dryRun=All`, { spec: {} }),
    ],
  },
  {
    name: "a token bound to a Pod ends with it",
    exchanges: [
      account("podded"),
      account("stranger"),
      pod("holder", "podded"),
      request("stranger", { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "holder" } }),
      request("podded", { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "holder", uid: "wrong" } }),
      request(
        "podded",
        { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "holder" } },
        {},
        {
          keep: { token: "status.token" },
        },
      ),
      request("podded", {
        boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "holder" },
        expirationSeconds: 3607,
      }),
      request("podded", {
        audiences: ["vault"],
        boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "holder" },
        expirationSeconds: 3607,
      }),
      whoami("{{token}}"),
      review("TokenReview", { token: "{{token}}" }),
      remove(`${core}/pods/holder`),
      whoami("{{token}}", { until: 401 }),
      review("TokenReview", { token: "{{token}}" }),
    ],
  },
  {
    name: "a token bound to a Pod names the Pod's node",
    exchanges: [
      account("noded"),
      aside(post("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } })),
      pod("on-node", "noded", { nodeName: "node-1" }),
      pod("on-no-node", "noded", { nodeName: "node-2" }),
      request(
        "noded",
        { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "on-node" } },
        {},
        {
          keep: { token: "status.token" },
        },
      ),
      request("noded", { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "on-no-node" } }),
      whoami("{{token}}"),
      request(
        "noded",
        { boundObjectRef: { kind: "Node", apiVersion: "v1", name: "node-1" } },
        {},
        {
          keep: { ofNode: "status.token" },
        },
      ),
      whoami("{{ofNode}}"),
      remove("/api/v1/nodes/node-1"),
      whoami("{{ofNode}}", { until: 401 }),
      review("TokenReview", { token: "{{ofNode}}" }),
      remove(`${core}/pods/on-node`),
      remove(`${core}/pods/on-no-node`),
    ],
  },
  {
    name: "a token bound to a Secret ends with it",
    exchanges: [
      account("secretive"),
      aside(post(`${core}/secrets`, { apiVersion: "v1", kind: "Secret", metadata: { name: "token-end" } })),
      request(
        "secretive",
        { boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "token-end" } },
        {},
        {
          keep: { token: "status.token" },
        },
      ),
      whoami("{{token}}"),
      remove(`${core}/secrets/token-end`),
      whoami("{{token}}", { until: 401 }),
      review("TokenReview", { token: "{{token}}" }),
    ],
  },
  {
    name: "a token ends with its account",
    exchanges: [
      account("short"),
      request("short", {}, {}, { keep: { token: "status.token" } }),
      remove(`${core}/serviceaccounts/short`),
      whoami("{{token}}", { until: 401 }),
      review("TokenReview", { token: "{{token}}" }),
      account("short"),
      whoami("{{token}}"),
      review("TokenReview", { token: "{{token}}" }),
    ],
  },
  {
    name: "a Secret of the type for tokens is filled, and removed with the account",
    exchanges: [
      account("legacy"),
      post(`${core}/secrets`, {
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/service-account-token",
        metadata: { name: "legacy-no-account" },
      }),
      post(`${core}/secrets`, {
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/service-account-token",
        metadata: { name: "legacy-1", annotations: { "kubernetes.io/service-account.name": "legacy" } },
      }),
      remove(`${core}/serviceaccounts/legacy`),
      get(`${core}/secrets/legacy-1`, { until: 404 }),
    ],
  },
  {
    name: "whoever verifies tokens finds the issuer's keys",
    exchanges: [
      get("/.well-known/openid-configuration", { token: "" }),
      get("/openid/v1/jwks", { token: "" }),
      account("verifier"),
      request("verifier", {}, {}, { keep: { token: "status.token" } }),
      get("/openid/v1/jwks", { token: "{{token}}" }),
      aside(get("/openid/v1/jwks", { token: "{{token}}", headers: { accept: "application/jwk-set+json" } })),
      get("/openid/v1/jwks/", { token: "{{token}}" }),
    ],
  },
];
