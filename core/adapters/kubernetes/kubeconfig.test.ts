import { isCatalystError } from "@catalyst/base/errors";
import { printYaml } from "@catalyst/base/yaml";
import { expect, test } from "vitest";
import { inClusterConnection, readKubeconfig, serviceAccountFolder } from "./index.ts";

const pem = (name: string) => `-----BEGIN ${name}-----\nAA==\n-----END ${name}-----\n`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

const files: Record<string, string> = {
  "/home/ada/.kube/token": "of-a-file\n",
  "/home/ada/.kube/ca.crt": pem("CERTIFICATE"),
  [`${serviceAccountFolder}/token`]: "of-the-pod\n",
  [`${serviceAccountFolder}/ca.crt`]: pem("CERTIFICATE"),
};
const readText = (path: string) => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  return text;
};
const file = "/home/ada/.kube/config";

function config(user: object, cluster: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "one",
    contexts: [
      { name: "one", context: { cluster: "c", user: "u" } },
      { name: "other", context: { cluster: "elsewhere", user: "u" } },
    ],
    clusters: [
      { name: "c", cluster: { server: "https://127.0.0.1:6443", ...cluster } },
      { name: "elsewhere", cluster: { server: "https://elsewhere.example/path" } },
    ],
    users: [{ name: "u", user }],
  };
}

function read(document: object | string, context?: string) {
  files[file] = typeof document === "string" ? document : printYaml(document);
  return readKubeconfig({ file, context, readText });
}

test("a token, and the authority that is in the document", () => {
  const ca = { "certificate-authority-data": base64(pem("CERTIFICATE")) };
  expect(read(config({ token: "t" }, ca))).toMatchObject({
    server: "https://127.0.0.1:6443",
    token: "t",
    ca: pem("CERTIFICATE"),
    insecure: false,
  });
});

test("files beside the document, and another context", () => {
  const given = config({ tokenFile: "token", token: "loses" }, { "certificate-authority": "ca.crt" });
  expect(read(given)).toMatchObject({ token: "of-a-file", ca: pem("CERTIFICATE") });
  expect(read(given, "other").server).toBe("https://elsewhere.example/path");
});

test("a client certificate", () => {
  const user = {
    "client-certificate-data": base64(pem("CERTIFICATE")),
    "client-key-data": base64(pem("PRIVATE KEY")),
  };
  expect(read(config(user))).toMatchObject({ cert: pem("CERTIFICATE"), key: pem("PRIVATE KEY") });
});

test("a server whose certificate isn't looked at, or is for another name", () => {
  const cluster = { "insecure-skip-tls-verify": true, "tls-server-name": "kubernetes" };
  expect(read(config({}, cluster))).toMatchObject({ insecure: true, serverName: "kubernetes" });
});

test.each([
  ["exec", config({ exec: { command: "aws" } }), "user.exec is not supported"],
  ["auth-provider", config({ "auth-provider": { name: "gcp" } }), "user.auth-provider is not supported"],
  ["impersonation", config({ token: "t", as: "eve" }), "user.as is not supported"],
  ["a password", config({ username: "a", password: "b" }), "user.username is not supported"],
  ["a proxy", config({}, { "proxy-url": "http://proxy" }), "cluster.proxy-url is not supported"],
  ["a certificate without a key", config({ "client-certificate": "ca.crt" }), "given together"],
  ["a file that isn't there", config({ tokenFile: "lost" }), "the file lost can't be read"],
  ["text that isn't base64 of PEM", config({}, { "certificate-authority-data": "!" }), "no PEM text"],
  ["no address", config({}, { server: "somewhere" }), "no address of an API server"],
  ["no YAML", "a: [", "kubeconfig /home/ada/.kube/config: "],
  ["nothing", "", "it holds no kubeconfig"],
  ["no current context", { contexts: [] }, "current-context: it isn't set"],
  ["a context that isn't there", { "current-context": "x" }, 'there is no context "x"'],
])("%s is refused, naming the file", (_, document, words) => {
  const error = (() => {
    try {
      return read(document);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(isCatalystError(error, "kubeconfig-invalid") && error.message).toContain(words);
  expect((error as Error).message).toContain(file);
});

test("a Pod's own cluster, also by an address of version 6", () => {
  const environment = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
  expect(inClusterConnection({ environment, readText })).toEqual({
    server: "https://10.96.0.1:443",
    ca: pem("CERTIFICATE"),
    token: "of-the-pod",
  });
  const six = { ...environment, KUBERNETES_SERVICE_HOST: "fd00::1" };
  expect(inClusterConnection({ environment: six, readText })?.server).toBe("https://[fd00::1]:443");
  expect(inClusterConnection({ environment: {}, readText })).toBeUndefined();
});

test("a Pod without its ServiceAccount's files is told so", () => {
  const environment = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
  const missing = () => {
    throw new Error("no such file");
  };
  const failure = (() => {
    try {
      return inClusterConnection({ environment, readText: missing });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(isCatalystError(failure, "in-cluster-incomplete")).toBe(true);
});
