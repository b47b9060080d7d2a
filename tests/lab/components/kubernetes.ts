import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import type { Component } from "../component.ts";
import type { GoProgram } from "../go-program.ts";
import { answers, freePort, type StartContext, startServer } from "../process.ts";

const version = "1.36.3";

/** Staging folders of the Kubernetes repository are published as k8s.io modules under v0. */
function kubernetesProgram(name: string, path = `cmd/${name}`): GoProgram {
  const variables = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) => [
    [`${path}.gitVersion`, `v${version}`],
    [`${path}.gitMajor`, "1"],
    [`${path}.gitMinor`, "36"],
    [`${path}.gitTreeState`, "clean"],
  ]);
  return {
    kind: "go",
    module: "k8s.io/kubernetes",
    moduleVersion: `v${version}`,
    siblingVersion: "v0.36.3",
    programs: { [name]: path },
    variables: Object.fromEntries(variables),
  };
}

/** The command line that people use, and that must work against the embedded API server unchanged. */
export const kubectl: Component = { name: "kubectl", version, source: kubernetesProgram("kubectl") };

/** Kubernetes' end-to-end tests, of which the conformance suite is a part. */
export const endToEndTests: Component = {
  name: "kubernetes-e2e",
  version,
  source: { ...kubernetesProgram("e2e.test", "test/e2e"), packages: "tests" },
};

/** The program that their Pods run: servers, webhooks and clients in one. */
export const agnhost = {
  name: "agnhost",
  version,
  source: kubernetesProgram("agnhost", "test/images/agnhost"),
} satisfies Component;

/** Runs those tests several at a time; the version is the one they are built with. */
export const ginkgo: Component = {
  name: "ginkgo",
  version: "2.28.1",
  source: {
    kind: "go",
    module: "github.com/onsi/ginkgo/v2",
    moduleVersion: "v2.28.1",
    programs: { ginkgo: "ginkgo" },
  },
};

/**
 * The real API server, over etcd. Its certificate is its own; `kubeconfig` holds the token of a user in
 * system:masters and doesn't verify the certificate.
 */
export const apiServer: Component = {
  name: "kube-apiserver",
  version,
  source: {
    ...kubernetesProgram("kube-apiserver"),
    data: {
      "openapi-spec": { module: "k8s.io/kubernetes", moduleVersion: `v${version}`, path: "api/openapi-spec" },
    },
  },
  after: ["etcd"],
  start: startApiServer,
};

async function startApiServer(context: StartContext) {
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const token = tokenOf(context.folder);
  const key = join(context.folder, "service-account.key");
  if (!existsSync(key)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  }
  // Whose certificates users are known by; the controller manager signs with it.
  await localAuthority(context.folder, systemClock);
  const authority = join(context.folder, "authority");
  const kubeconfig = join(context.folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(url, token), { mode: 0o600 });
  return startServer(context, {
    program: context.program("kube-apiserver"),
    words: [
      `--etcd-servers=${context.fact("etcd", "url")}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--cert-dir=certificates",
      `--client-ca-file=${authority}.crt`,
      "--token-auth-file=tokens.csv",
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--allow-privileged=true",
      ...context.words,
    ],
    facts: {
      ...{ url, token, kubeconfig, key, authority },
      certificate: join(context.folder, "certificates/apiserver.crt"),
    },
    ready: async () => (await answers(`${url}/readyz`)) && (await hasNamespaces(url, token)),
  });
}

/** It says that it is ready before its own controller has made the namespaces that every cluster begins with. */
async function hasNamespaces(url: string, token: string): Promise<boolean> {
  const names = ["default", "kube-node-lease", "kube-public", "kube-system"];
  const each = names.map((name) => answers(`${url}/api/v1/namespaces/${name}`, token));
  return (await Promise.all(each)).every((isThere) => isThere);
}

function tokenOf(folder: string): string {
  const file = join(folder, "tokens.csv");
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()},admin,admin,system:masters\n`, { mode: 0o600 });
  return readFileSync(file, "utf8").split(",")[0] ?? "";
}

function kubeconfigOf(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user: "admin" } }],
    clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "admin", user: { token } }],
  });
}

/** The controllers of Kubernetes itself: Deployments, garbage collection, namespaces and so on. */
export const controllerManager: Component = {
  name: "kube-controller-manager",
  version,
  source: kubernetesProgram("kube-controller-manager"),
  after: ["kube-apiserver"],
  start: (context) =>
    startComponent(context, "kube-controller-manager", [
      `--service-account-private-key-file=${context.fact("kube-apiserver", "key")}`,
      `--root-ca-file=${context.fact("kube-apiserver", "certificate")}`,
      `--cluster-signing-cert-file=${context.fact("kube-apiserver", "authority")}.crt`,
      `--cluster-signing-key-file=${context.fact("kube-apiserver", "authority")}.key`,
      // Of most nodes here nobody reports that they live, and a busy machine takes longer than the usual 50 s for a test.
      "--node-monitor-grace-period=30m",
    ]),
};

/** The scheduler, which gives Pods their node. */
export const scheduler: Component = {
  name: "kube-scheduler",
  version,
  source: kubernetesProgram("kube-scheduler"),
  after: ["kube-apiserver"],
  start: (context) => startComponent(context, "kube-scheduler", []),
};

async function startComponent(context: StartContext, name: string, words: readonly string[]) {
  const port = await freePort();
  const kubeconfig = context.fact("kube-apiserver", "kubeconfig");
  return startServer(context, {
    program: context.program(name),
    words: [
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      "--leader-elect=false",
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--cert-dir=certificates",
      ...words,
    ],
    ready: () => answers(`https://127.0.0.1:${port}/healthz`),
  });
}
