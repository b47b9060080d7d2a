/** What values are like at a place of an object: which fields, which items, and by what Kustomize tells items apart. */
export type Schema =
  | { readonly words: readonly string[] }
  | { readonly fields: Readonly<Record<string, Schema>>; readonly needs?: readonly string[] }
  | { readonly items: Schema };

/** Scalars that are written in more than one way, or are easily taken for something else. */
const word: Schema = {
  words: [
    "a",
    "b",
    "x y",
    "1",
    '"1"',
    "1.0",
    "true",
    '"true"',
    "'it''s'",
    '""',
    "0x1f",
    "0755",
    "no",
    "2020-01-02",
    "1e3",
  ],
};
const name: Schema = { words: ["a", "b", "c", "d"] };
const list = (items: Schema): Schema => ({ items });
const fields = (all: Readonly<Record<string, Schema>>, ...needs: readonly string[]): Schema => ({
  fields: all,
  needs,
});

const texts = fields({ a: word, b: word, c: word });
const port: Schema = { words: ["80", "81", "443"] };
const protocol: Schema = { words: ["TCP", "UDP"] };

const container = fields(
  {
    name,
    image: word,
    command: list(word),
    env: list(
      fields({ name, value: word, valueFrom: fields({ fieldRef: fields({ fieldPath: word }) }) }, "name"),
    ),
    envFrom: list(fields({ prefix: word, secretRef: fields({ name }) })),
    ports: list(fields({ containerPort: port, protocol, name, hostPort: word }, "containerPort")),
    volumeMounts: list(
      fields({ mountPath: { words: ["/a", "/b", "/c"] }, name, readOnly: word }, "mountPath"),
    ),
    resources: fields({
      limits: texts,
      requests: texts,
      claims: list(fields({ name, request: word }, "name")),
    }),
    livenessProbe: fields({
      exec: fields({ command: list(word) }),
      httpGet: fields({ path: word, port: word }),
    }),
    securityContext: fields({ capabilities: fields({ add: list(word), drop: list(word) }) }),
  },
  "name",
);

const pod = fields({
  containers: list(container),
  initContainers: list(container),
  volumes: list(
    fields(
      {
        name,
        emptyDir: fields({ medium: word }),
        configMap: fields({ name, items: list(fields({ key: name, path: word })) }),
      },
      "name",
    ),
  ),
  tolerations: list(fields({ key: name, operator: word, effect: word })),
  hostAliases: list(fields({ ip: name, hostnames: list(word) }, "ip")),
  imagePullSecrets: list(fields({ name }, "name")),
  nodeSelector: texts,
  topologySpreadConstraints: list(
    fields({ topologyKey: name, whenUnsatisfiable: name, maxSkew: word }, "topologyKey"),
  ),
  readinessGates: list(fields({ conditionType: name })),
});

/** What every object may have besides its name. */
export const metadataFields: Schema = fields({
  labels: texts,
  annotations: fields({ a: { words: ["a", '"1"', "'x'"] }, b: { words: ["b", '"true"'] } }),
  finalizers: list(name),
  ownerReferences: list(fields({ uid: name, name, kind: word }, "uid")),
});

/** Fields of the kinds of objects that are patched, by their types. */
export const kinds: readonly { readonly apiVersion: string; readonly kind: string; readonly of: Schema }[] = [
  { apiVersion: "v1", kind: "Pod", of: fields({ spec: pod }) },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    of: fields({
      spec: fields({
        replicas: word,
        strategy: fields({ type: word, rollingUpdate: fields({ maxSurge: word }) }),
        template: fields({ metadata: metadataFields, spec: pod }),
      }),
      status: fields({ conditions: list(fields({ type: name, status: word, reason: word }, "type")) }),
    }),
  },
  {
    apiVersion: "v1",
    kind: "Service",
    of: fields({
      spec: fields({
        ports: list(fields({ port, protocol, name, targetPort: word }, "port")),
        selector: texts,
        externalIPs: list(word),
      }),
    }),
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    of: fields({
      secrets: list(fields({ name, namespace: name }, "name")),
      imagePullSecrets: list(fields({ name }, "name")),
    }),
  },
  { apiVersion: "v1", kind: "ConfigMap", of: fields({ data: texts, binaryData: texts }) },
  {
    apiVersion: "example.org/v1",
    kind: "Stack",
    of: fields({
      spec: fields({ items: list(fields({ name, value: word }, "name")), words: list(word), pod }),
    }),
  },
];
