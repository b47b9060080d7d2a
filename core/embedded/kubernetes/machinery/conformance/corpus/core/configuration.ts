import { changes, kindCorpus, mutations } from "../corpus.ts";

const large = "x".repeat(1024 * 1024);

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { a: "b" } };
const keys = [
  { "a b": "c" },
  { ".": "c" },
  { "..": "c" },
  { "..a": "c" },
  { "": "c" },
  { ["x".repeat(254)]: "c" },
];

export const configMaps = kindCorpus(
  "v1/ConfigMap",
  mutations(configMap, {
    "metadata.name": ["a.b", "A", ""],
    data: [undefined, {}, ...keys, { a: large }],
    binaryData: [{ b: "Yw==" }, { a: "Yw==" }, { "a b": "Yw==" }],
    immutable: [true, false],
  }),
  changes(configMap, { data: [{ a: "c" }, undefined], immutable: [true], "metadata.labels": [{ a: "b" }] }),
  changes(
    { ...configMap, immutable: true, binaryData: { b: "Yw==" } },
    {
      data: [{ a: "c" }],
      binaryData: [undefined],
      immutable: [false, undefined],
      "metadata.labels": [{ a: "b" }],
    },
    {},
    "update of an immutable one: ",
  ),
);

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "web" }, data: { a: "Yg==" } };
const encoded = (text: string) => Buffer.from(text).toString("base64");

export const secrets = kindCorpus(
  "v1/Secret",
  mutations(secret, {
    "metadata.name": ["a.b", "A", ""],
    data: [undefined, {}, { "a b": "Yg==" }, { "..a": "Yg==" }, { a: encoded(`${large}x`) }, { a: "?" }],
    stringData: [{ a: "c" }, { b: "c", "a b": "d" }],
    immutable: [true],
    type: [
      "",
      "a.example/b",
      "kubernetes.io/service-account-token",
      "kubernetes.io/dockercfg",
      "kubernetes.io/dockerconfigjson",
      "kubernetes.io/basic-auth",
      "kubernetes.io/ssh-auth",
      "kubernetes.io/tls",
      "bootstrap.kubernetes.io/token",
    ],
    "a docker configuration": {
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": encoded("{}") },
    },
    "a broken docker configuration": {
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": encoded("{x}") },
    },
    "an older docker configuration": {
      type: "kubernetes.io/dockercfg",
      data: { ".dockercfg": encoded("{}") },
    },
    "a broken older docker configuration": {
      type: "kubernetes.io/dockercfg",
      data: { ".dockercfg": encoded("[]") },
    },
    "a user without password": { type: "kubernetes.io/basic-auth", data: { username: encoded("a") } },
    "a key": { type: "kubernetes.io/ssh-auth", data: { "ssh-privatekey": encoded("a") } },
    "an empty key": { type: "kubernetes.io/ssh-auth", data: { "ssh-privatekey": "" } },
    "a certificate": {
      type: "kubernetes.io/tls",
      data: { "tls.crt": encoded("a"), "tls.key": encoded("b") },
    },
    "an empty certificate": { type: "kubernetes.io/tls", data: { "tls.crt": "", "tls.key": "" } },
    "an account's token": {
      type: "kubernetes.io/service-account-token",
      "metadata.annotations": { "kubernetes.io/service-account.name": "robot" },
    },
  }),
  changes(secret, {
    data: [{ a: "Yw==" }],
    stringData: [{ b: "c" }],
    type: ["a.example/b", undefined],
    immutable: [true],
  }),
  changes(
    { ...secret, immutable: true },
    { data: [{ a: "Yw==" }, undefined], immutable: [false, undefined], "metadata.labels": [{ a: "b" }] },
    {},
    "update of an immutable one: ",
  ),
);

const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } };

export const serviceAccounts = kindCorpus(
  "v1/ServiceAccount",
  mutations(account, {
    "metadata.name": ["a.b", "A"],
    secrets: [[{ name: "a" }], [{}]],
    imagePullSecrets: [[{ name: "a" }], [{}]],
    automountServiceAccountToken: [false],
  }),
  changes(account, { secrets: [[{ name: "a" }]], "metadata.labels": [{ "a b": "c" }] }),
);
