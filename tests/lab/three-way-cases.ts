type Fields = Readonly<Record<string, unknown>>;

/** An object as it was applied last, as it shall be, and as it is. */
export interface ThreeWayCase {
  readonly original: Fields;
  readonly modified: Fields;
  readonly current: Fields;
}

/** Makes cases of objects whose lists, maps and unions differ in all ways; equal seeds give equal cases. */
export function threeWayCases(count: number, seed: number): readonly ThreeWayCase[] {
  const random = new Generator(seed);
  return Array.from({ length: count }, () => {
    const make = random.pick(makers);
    const original = make(random);
    const modified = random.maybe(0.2) ? original : make(random);
    const current = random.maybe(0.3) ? modified : random.maybe(0.3) ? original : make(random);
    return { original, modified, current };
  });
}

class Generator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to 1. */
  next(): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#state / 0x7fffffff;
  }

  maybe(chance = 0.5): boolean {
    return this.next() < chance;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length) % items.length] as T;
  }

  /** Some of the fields. */
  some(fields: Fields): Fields {
    return Object.fromEntries(Object.entries(fields).filter(() => this.maybe(0.6)));
  }

  /** Some of the items in some order. */
  list<T>(keys: readonly string[], make: (key: string) => T): readonly T[] {
    const left = keys.filter(() => this.maybe());
    const chosen: string[] = [];
    while (left.length > 0)
      chosen.push(...left.splice(this.maybe(0.7) ? 0 : Math.floor(this.next() * left.length), 1));
    return chosen.map(make);
  }

  texts(): Fields {
    return this.some({ a: this.pick(["1", "2"]), b: this.pick(["1", "2"]), c: "3" });
  }

  words(): readonly string[] {
    return this.list(["x", "y", "z"], (word) => word);
  }
}

function metadata(random: Generator): Fields {
  return {
    name: "n",
    ...random.some({
      labels: random.texts(),
      annotations: random.texts(),
      finalizers: random.words(),
      ownerReferences: random.list(["1", "2"], (uid) => ({ apiVersion: "v1", kind: "X", name: "x", uid })),
    }),
  };
}

function container(random: Generator, name: string): Fields {
  const probe = { path: random.pick(["/", "/x"]), port: random.pick([80, "http"]) };
  return {
    name,
    ...random.some({
      image: random.pick(["i:1", "i:2"]),
      args: random.words(),
      env: random.list(["A", "B", "C"], (key) => ({ name: key, ...random.some({ value: "1" }) })),
      ports: random.list(["80", "81"], (port) => ({
        containerPort: Number(port),
        ...random.some({ name: random.pick(["p", "q"]), protocol: random.pick(["TCP", "UDP"]) }),
      })),
      resources: random.some({ limits: random.texts(), requests: random.texts() }),
      volumeMounts: random.list(["/a", "/b"], (mountPath) => ({ mountPath, name: random.pick(["v", "w"]) })),
      securityContext: random.some({ runAsUser: 1, capabilities: random.some({ add: random.words() }) }),
      livenessProbe: random.some({ periodSeconds: random.pick([1, 2]), httpGet: random.some(probe) }),
    }),
  };
}

function volume(random: Generator, name: string): Fields {
  const items = random.list(["k", "l"], (key) => ({ key, path: key }));
  const sources: readonly Fields[] = [
    { emptyDir: {} },
    { emptyDir: { medium: "Memory" } },
    { configMap: { name: random.pick(["c", "d"]), ...random.some({ items }) } },
    { secret: { secretName: random.pick(["s", "t"]) } },
  ];
  return { name, ...random.pick(sources) };
}

function podSpec(random: Generator): Fields {
  return random.some({
    containers: random.list(["m", "n", "o"], (name) => container(random, name)),
    initContainers: random.list(["i"], (name) => container(random, name)),
    volumes: random.list(["v", "w"], (name) => volume(random, name)),
    imagePullSecrets: random.list(["p", "q"], (name) => ({ name })),
    hostAliases: random.list(["1.1.1.1", "2.2.2.2"], (ip) => ({ ip, hostnames: random.words() })),
    tolerations: [random.some({ key: random.pick(["a", "b"]) })],
    nodeSelector: random.texts(),
    topologySpreadConstraints: random.list(["z", "h"], (topologyKey) => ({
      topologyKey,
      maxSkew: random.pick([1, 2]),
      whenUnsatisfiable: "DoNotSchedule",
    })),
    securityContext: random.some({ fsGroup: random.pick([1, 2]), supplementalGroups: [1] }),
  });
}

const makers: readonly ((random: Generator) => Fields)[] = [
  (random) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(random),
    spec: random.some({
      replicas: random.pick([1, 2]),
      strategy: random.pick<Fields>([
        { type: "Recreate" },
        { type: "RollingUpdate" },
        { type: "RollingUpdate", rollingUpdate: random.some({ maxSurge: random.pick([1, "25%"]) }) },
      ]),
      selector: { matchLabels: random.texts() },
      template: { metadata: random.some({ labels: random.texts() }), spec: podSpec(random) },
    }),
  }),
  (random) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(random),
    spec: random.some({
      type: random.pick(["ClusterIP", "NodePort"]),
      selector: random.texts(),
      externalIPs: random.words(),
      ports: random.list(["80", "443", "8080"], (port) => ({
        port: Number(port),
        ...random.some({ name: random.pick(["a", "b"]), targetPort: random.pick([1, "t"]) }),
      })),
    }),
  }),
  (random) => ({ apiVersion: "v1", kind: "Pod", metadata: metadata(random), spec: podSpec(random) }),
  (random) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(random),
    ...random.some({ data: random.texts(), binaryData: random.texts() }),
  }),
  (random) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(random),
    ...random.some({
      secrets: random.list(["a", "b"], (name) => ({ name })),
      imagePullSecrets: random.list(["a", "b"], (name) => ({ name })),
    }),
  }),
];
