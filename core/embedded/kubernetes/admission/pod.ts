import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";
import { priorityOf } from "./priority.ts";
import type { Toleration } from "./tolerations.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
/** Upstream's odd number: an hour and a little, which tells these tokens from others. */
const tokenSeconds = 3607;
/** How long a Pod waits for its namespace's new ServiceAccount: looks and milliseconds between them. */
const attempts = 10;
const interval = 100;

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly unknown[];
  readonly tolerations?: readonly Toleration[];
  readonly volumes?: readonly unknown[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly volumeMounts?: readonly unknown[];
}

/** Gives a Pod its priority, its ServiceAccount with token and pull secrets, and the usual tolerations. */
export const podDefaults: Admitter = {
  name: "ServiceAccount, Priority and DefaultTolerationSeconds",
  operations: ["CREATE"],
  resources: ["/pods"],
  admit: (attributes) => admitPod(attributes, attributes.object as KubeObject),
};

async function admitPod(attributes: Attributes, pod: KubeObject): Promise<KubeObject> {
  const given = (pod.spec ?? {}) as PodSpec;
  const name = given.serviceAccountName || given.serviceAccount || "default";
  const account = await findAccount(attributes, name);
  if (account === undefined) {
    const why = `error looking up service account ${attributes.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
    throw forbidden(attributes.kind, pod.metadata.name ?? "", why);
  }
  const spec: PodSpec = {
    ...given,
    ...priorityOf(attributes, pod),
    serviceAccountName: name,
    serviceAccount: name,
    tolerations: withUsualTolerations(given.tolerations ?? []),
    ...pullSecrets(given, account),
  };
  const mounts = given.automountServiceAccountToken ?? account["automountServiceAccountToken"] ?? true;
  return { ...pod, spec: mounts === false ? spec : withToken(spec, attributes.parts.nameSuffix()) };
}

async function findAccount(attributes: Attributes, name: string): Promise<KubeObject | undefined> {
  for (let attempt = 1; ; attempt++) {
    const account = attributes.cluster.find("/serviceaccounts", attributes.namespace, name);
    if (account !== undefined || name !== "default" || attempt === attempts) return account;
    await attributes.parts.clock.sleep(interval, attributes.signal);
  }
}

function pullSecrets(spec: PodSpec, account: KubeObject): Partial<PodSpec> {
  const secrets = account["imagePullSecrets"];
  if ((spec.imagePullSecrets ?? []).length > 0 || !Array.isArray(secrets)) return {};
  return { imagePullSecrets: secrets };
}

function withUsualTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter(
    (key) =>
      !tolerations.some(
        (item) =>
          (item.key === key || item.key === undefined || item.key === "") &&
          (item.effect === "NoExecute" || item.effect === undefined || item.effect === ""),
      ),
  );
  return [
    ...tolerations,
    ...missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 })),
  ];
}

/** Mounts the account's token, the API's authority and the namespace's name where in-cluster callers look. */
function withToken(spec: PodSpec, suffix: string): PodSpec {
  const name = `kube-api-access-${suffix}`;
  const mounted = (container: Container) =>
    container.volumeMounts?.some((mount) => isObject(mount) && mount["mountPath"] === mountPath) ?? false;
  const withMount = (container: Container): Container =>
    mounted(container)
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }],
        };
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  if (all.every(mounted)) return spec;
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), { name, projected: { defaultMode: 420, sources: tokenSources } }],
    containers: (spec.containers ?? []).map(withMount),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withMount) }),
  };
}

const tokenSources = [
  { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
  { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
  {
    downwardAPI: {
      items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
    },
  },
];
