import type { Scenario, Step } from "../scenario.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const registered = "/apis/admissionregistration.k8s.io/v1";

interface HookOptions {
  readonly name?: string;
  readonly rules?: readonly object[];
  readonly [field: string]: unknown;
}

const ofMaps = { operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] };
const ofDeployments = {
  operations: ["*"],
  apiGroups: ["apps"],
  apiVersions: ["v1"],
  resources: ["deployments"],
};

/** A webhook at a path of the webhooks' server. */
export function hook(path: string, options: HookOptions = {}): object {
  const { name = `${path.slice(1)}.example.com`, rules = [ofMaps], ...rest } = options;
  return {
    name,
    rules,
    clientConfig: { url: `{{hooks}}${path}`, caBundle: "{{ca}}" },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    ...rest,
  };
}

export function configure(
  sort: "Validating" | "Mutating",
  name: string,
  ...webhooks: readonly object[]
): Step {
  const kind = `${sort}WebhookConfiguration`;
  const body = { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name }, webhooks };
  return { method: "POST", path: `${registered}/${kind.toLowerCase()}s`, body };
}

export function forget(sort: "Validating" | "Mutating", name: string): Step {
  return { method: "DELETE", path: `${registered}/${sort.toLowerCase()}webhookconfigurations/${name}` };
}

export function mapOf(name: string, more: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "b" }, ...more };
}

const createMap = (name: string, more: object = {}, query = ""): Step => ({
  method: "POST",
  path: maps + query,
  body: mapOf(name, more),
});
const removeMap = (name: string): Step => ({ method: "DELETE", path: `${maps}/${name}` });

/** One validating webhook and one ConfigMap that it is asked about. */
function verdict(path: string, options: HookOptions = {}): Scenario {
  const name = `validating-${path.slice(1)}${options.failurePolicy === "Ignore" ? "-ignored" : ""}`;
  return {
    name: `a validating webhook at ${path}${options.failurePolicy === "Ignore" ? ", ignored" : ""}`,
    steps: [
      configure("Validating", name, hook(path, options)),
      createMap(name),
      forget("Validating", name),
      removeMap(name),
    ],
  };
}

function change(path: string, options: HookOptions = {}): Scenario {
  const name = `mutating-${path.slice(1)}`;
  return {
    name: `a mutating webhook at ${path}`,
    steps: [
      configure("Mutating", name, hook(path, options)),
      createMap(name),
      forget("Mutating", name),
      { method: "GET", path: `${maps}/${name}` },
      removeMap(name),
    ],
  };
}

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "hooked" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "a" } },
    template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "a", image: "a:1" }] } },
  },
};

export const webhookScenarios: readonly Scenario[] = [
  verdict("/allow"),
  verdict("/warn"),
  verdict("/deny"),
  verdict("/deny-message"),
  verdict("/deny-reason"),
  verdict("/deny-whole"),
  verdict("/deny-code-200"),
  verdict("/labels"),
  verdict("/wrong-uid"),
  verdict("/no-response"),
  verdict("/old-version"),
  verdict("/old-version", { failurePolicy: "Ignore" }),
  verdict("/status-500"),
  verdict("/status-400"),
  verdict("/nowhere"),
  verdict("/nowhere", { failurePolicy: "Ignore" }),
  verdict("/slow", { timeoutSeconds: 1 }),
  verdict("/slow", { timeoutSeconds: 1, failurePolicy: "Ignore" }),
  change("/first"),
  change("/labels"),
  change("/empty-patch"),
  change("/missing-path"),
  change("/broken-label"),
  change("/patch-no-list"),
  change("/patch-untyped"),
  change("/patch-typed-only"),
  change("/patch-other-type"),
  {
    name: "a webhook of v1beta1",
    steps: [
      configure("Mutating", "beta", hook("/first", { admissionReviewVersions: ["v2", "v1beta1"] })),
      createMap("beta"),
      forget("Mutating", "beta"),
      removeMap("beta"),
    ],
  },
  {
    name: "webhooks are asked by the names of their configurations, those that wish it twice",
    steps: [
      configure("Mutating", "b", hook("/second")),
      configure("Mutating", "a", hook("/first-after-second", { reinvocationPolicy: "IfNeeded" })),
      createMap("twice"),
      forget("Mutating", "a"),
      removeMap("twice"),
      configure("Mutating", "a", hook("/first-after-second")),
      createMap("once"),
      forget("Mutating", "a"),
      forget("Mutating", "b"),
      removeMap("once"),
    ],
  },
  {
    name: "every operation on an object",
    steps: [
      configure("Validating", "operations", hook("/allow")),
      createMap("operations"),
      {
        method: "PUT",
        path: `${maps}/operations?fieldManager=me`,
        body: mapOf("operations", { data: { a: "c" } }),
      },
      { method: "PATCH", path: `${maps}/operations`, body: { data: { d: "e" } } },
      { method: "PATCH", path: `${maps}/operations`, body: { data: { d: "e" } } },
      {
        method: "PATCH",
        path: `${maps}/operations?fieldManager=applier&force=true`,
        type: "application/apply-patch+yaml",
        body: mapOf("operations", { data: { f: "g" } }),
      },
      {
        method: "PATCH",
        path: `${maps}/applied?fieldManager=applier`,
        type: "application/apply-patch+yaml",
        body: mapOf("applied"),
      },
      {
        method: "DELETE",
        path: `${maps}/operations?gracePeriodSeconds=0`,
        body: { propagationPolicy: "Background" },
      },
      { method: "DELETE", path: `${maps}?fieldSelector=metadata.name=applied` },
      forget("Validating", "operations"),
    ],
  },
  {
    name: "a generated name is empty for mutating webhooks and there for validating ones",
    steps: [
      configure("Mutating", "generated", hook("/labels")),
      configure("Validating", "generated", hook("/deny")),
      { method: "POST", path: maps, body: { ...mapOf("x"), metadata: { generateName: "made-" } } },
      forget("Mutating", "generated"),
      forget("Validating", "generated"),
    ],
  },
  {
    name: "a refused deletion",
    steps: [
      createMap("kept"),
      configure(
        "Validating",
        "kept",
        hook("/deny-message", { rules: [{ ...ofMaps, operations: ["DELETE"] }] }),
      ),
      removeMap("kept"),
      { method: "DELETE", path: `${maps}?fieldSelector=metadata.name=kept` },
      removeMap("absent"),
      forget("Validating", "kept"),
      removeMap("kept"),
    ],
  },
  {
    name: "a mutating webhook that patches a deletion",
    steps: [
      createMap("patched"),
      configure("Mutating", "patched", hook("/labels", { rules: [{ ...ofMaps, operations: ["DELETE"] }] })),
      removeMap("patched"),
      forget("Mutating", "patched"),
      removeMap("patched"),
    ],
  },
  {
    name: "on trial only webhooks without side effects are asked",
    steps: [
      configure("Validating", "trial", hook("/allow", { sideEffects: "NoneOnDryRun" })),
      createMap("trial", {}, "?dryRun=All"),
      forget("Validating", "trial"),
    ],
  },
  {
    name: "selectors and scopes",
    steps: [
      configure(
        "Validating",
        "selecting",
        hook("/deny", {
          name: "object.example.com",
          objectSelector: { matchLabels: { denied: "yes" } },
          rules: [{ ...ofMaps, scope: "Namespaced" }],
        }),
        hook("/deny", {
          name: "namespace.example.com",
          namespaceSelector: { matchExpressions: [{ key: "never", operator: "Exists" }] },
        }),
        hook("/deny", { name: "scope.example.com", rules: [{ ...ofMaps, scope: "Cluster" }] }),
      ),
      createMap("free"),
      createMap("bound", { metadata: { name: "bound", labels: { denied: "yes" } } }),
      { method: "PATCH", path: `${maps}/free`, body: { metadata: { labels: { denied: "yes" } } } },
      forget("Validating", "selecting"),
      removeMap("free"),
    ],
  },
  {
    name: "namespaces",
    steps: [
      configure(
        "Validating",
        "spaces",
        hook("/allow", {
          rules: [
            {
              operations: ["*"],
              apiGroups: [""],
              apiVersions: ["v1"],
              resources: ["namespaces"],
              scope: "Cluster",
            },
          ],
          namespaceSelector: { matchLabels: { watched: "yes" } },
        }),
      ),
      {
        method: "POST",
        path: "/api/v1/namespaces",
        body: {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name: "watched", labels: { watched: "yes" } },
        },
      },
      { method: "PATCH", path: "/api/v1/namespaces/watched", body: { metadata: { labels: { more: "x" } } } },
      forget("Validating", "spaces"),
    ],
  },
  {
    name: "a Deployment is defaulted after a webhook's change, and loses what its type doesn't know",
    steps: [
      configure(
        "Mutating",
        "deployments",
        hook("/container", { rules: [{ ...ofDeployments, operations: ["CREATE"] }] }),
        hook("/unknown-field", { rules: [ofDeployments] }),
      ),
      { method: "POST", path: deployments, body: deployment },
      forget("Mutating", "deployments"),
      { method: "DELETE", path: `${deployments}/hooked` },
    ],
  },
  {
    name: "subresources",
    steps: [
      { method: "POST", path: deployments, body: deployment },
      configure(
        "Validating",
        "status",
        hook("/allow", { rules: [{ ...ofDeployments, resources: ["deployments/*"] }] }),
      ),
      configure(
        "Mutating",
        "scale",
        hook("/replicas", { rules: [{ ...ofDeployments, resources: ["*/scale"] }] }),
      ),
      { method: "PATCH", path: `${deployments}/hooked/status`, body: { status: { replicas: 1 } } },
      { method: "PATCH", path: `${deployments}/hooked/scale`, body: { spec: { replicas: 2 } } },
      { method: "GET", path: `${deployments}/hooked/scale` },
      { method: "PATCH", path: `${deployments}/hooked`, body: { spec: { paused: true } } },
      forget("Validating", "status"),
      forget("Mutating", "scale"),
      { method: "DELETE", path: `${deployments}/hooked` },
    ],
  },
  {
    name: "a rename is refused",
    steps: [
      createMap("renamed"),
      configure("Mutating", "renamed", hook("/rename", { rules: [{ ...ofMaps, operations: ["UPDATE"] }] })),
      { method: "PATCH", path: `${maps}/renamed`, body: { data: { d: "e" } } },
      forget("Mutating", "renamed"),
      removeMap("renamed"),
    ],
  },
  {
    name: "another version of the same resource",
    steps: [
      configure(
        "Validating",
        "equivalent",
        hook("/allow", {
          name: "equivalent.example.com",
          rules: [
            { operations: ["*"], apiGroups: ["events.k8s.io"], apiVersions: ["v1"], resources: ["events"] },
          ],
        }),
        hook("/deny", {
          name: "exact.example.com",
          matchPolicy: "Exact",
          rules: [
            { operations: ["*"], apiGroups: ["events.k8s.io"], apiVersions: ["v1"], resources: ["events"] },
          ],
        }),
      ),
      {
        method: "POST",
        path: "/api/v1/namespaces/default/events",
        body: {
          apiVersion: "v1",
          kind: "Event",
          metadata: { name: "event" },
          involvedObject: { kind: "Pod", namespace: "default", name: "a" },
          message: "said",
          reason: "Because",
          type: "Normal",
        },
      },
      forget("Validating", "equivalent"),
      { method: "DELETE", path: "/api/v1/namespaces/default/events/event" },
    ],
  },
  {
    name: "webhooks and services that can't be reached",
    steps: [
      configure(
        "Validating",
        "closed",
        hook("/x", { clientConfig: { url: "https://127.0.0.1:1/x", caBundle: "{{ca}}" } }),
      ),
      createMap("closed"),
      forget("Validating", "closed"),
      configure("Validating", "untrusted", hook("/x", { clientConfig: { url: "{{hooks}}/allow" } })),
      createMap("untrusted"),
      forget("Validating", "untrusted"),
      configure(
        "Validating",
        "absent",
        hook("/x", {
          clientConfig: { service: { namespace: "default", name: "absent", path: "/x" }, caBundle: "{{ca}}" },
        }),
      ),
      createMap("absent"),
      forget("Validating", "absent"),
    ],
  },
  {
    name: "what configures webhooks isn't subject to them",
    steps: [
      configure(
        "Validating",
        "everything",
        hook("/deny", {
          rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }],
          namespaceSelector: {
            matchExpressions: [
              { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] },
            ],
          },
        }),
      ),
      configure("Mutating", "other", hook("/labels")),
      forget("Mutating", "other"),
      forget("Validating", "everything"),
    ],
  },
  {
    name: "conditions of webhooks",
    steps: [
      configure(
        "Validating",
        "conditional",
        hook("/deny", {
          name: "unmet.example.com",
          matchConditions: [
            { name: "broken", expression: "object.data.none == 'x'" },
            { name: "unmet", expression: "object.metadata.name != 'conditional'" },
          ],
        }),
        hook("/deny-message", {
          name: "met.example.com",
          matchConditions: [
            {
              name: "met",
              expression:
                "request.operation == 'CREATE' && !authorizer.serviceAccount('a', 'b').path('/x').check('get').allowed()",
            },
          ],
        }),
      ),
      createMap("conditional"),
      forget("Validating", "conditional"),
      configure(
        "Mutating",
        "conditional",
        hook("/first", { matchConditions: [{ name: "broken", expression: "object.data.none == 'x'" }] }),
      ),
      createMap("conditional"),
      forget("Mutating", "conditional"),
      configure(
        "Mutating",
        "conditional",
        hook("/first", {
          failurePolicy: "Ignore",
          matchConditions: [{ name: "broken", expression: "object.data.none == 'x'" }],
        }),
      ),
      createMap("conditional"),
      forget("Mutating", "conditional"),
      removeMap("conditional"),
    ],
  },
  {
    name: "webhooks as tables",
    steps: [
      configure("Validating", "shown", hook("/allow")),
      { method: "GET", path: `${registered}/validatingwebhookconfigurations/shown` },
      {
        method: "PATCH",
        path: `${registered}/validatingwebhookconfigurations/shown`,
        body: { metadata: { labels: { a: "b" } } },
      },
      {
        method: "PATCH",
        path: `${registered}/validatingwebhookconfigurations/shown`,
        body: { webhooks: [hook("/deny")] },
      },
      forget("Validating", "shown"),
    ],
  },
];
