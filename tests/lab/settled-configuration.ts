import { eventually } from "../sovereign/calls.ts";
import type { ApiClient } from "./api-client.ts";

const registered = "/apis/admissionregistration.k8s.io/v1";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const storageClasses = "/apis/storage.k8s.io/v1/storageclasses";
const ofLeases = {
  operations: ["CREATE"],
  apiGroups: ["coordination.k8s.io"],
  apiVersions: ["v1"],
  resources: ["leases"],
};

/** Where nothing is looked at; a namespace that no scenario's webhooks are asked about. */
const probes = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?dryRun=All";

interface Written {
  readonly method: string;
  readonly path: string;
}

/**
 * Waits until a real API server obeys what was just written of its admission. It learns of that by watches, of policies
 * once a second, and tells nobody when it has. So another configuration of the same kind is written, which refuses one
 * labelled Lease and nothing else: once it does, the server knows of all that was written before.
 */
export class SettledConfiguration {
  readonly #client: ApiClient;
  #count = 0;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** A policy has no effect until it is bound, so that its binding is waited for. */
  async wait({ method, path }: Written, body: unknown): Promise<void> {
    if (path.startsWith(definitions)) return this.#definition(method, path, body);
    if (path.startsWith(storageClasses)) return this.#storageClass();
    const sort = /(validating|mutating)/.exec(path)?.[1] as "validating" | "mutating";
    const name = `settled-${++this.#count}`;
    if (path.includes("webhookconfigurations")) await this.#refusal(name, [webhook(sort, name)]);
    else if (path.includes("policybindings"))
      await this.#refusal(name, [policy(sort, name), binding(sort, name)]);
  }

  async #refusal(name: string, made: readonly Configuration[]): Promise<void> {
    for (const { plural, object } of made) await this.#must("POST", `${registered}/${plural}`, object);
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "probe", labels: { refused: name } },
    };
    await eventually(`${name} is obeyed`, async () => {
      const { status, body } = await this.#client({ method: "POST", path: probes, body: lease });
      return status >= 400 && JSON.stringify(body).includes(name);
    });
    for (const { plural } of made.toReversed()) await this.#must("DELETE", `${registered}/${plural}/${name}`);
  }

  /** Served in all its versions, or gone. */
  async #definition(method: string, path: string, body: unknown): Promise<void> {
    if (method === "DELETE")
      return eventually(`${path} is gone`, async () => (await this.#status(path)) === 404);
    const { status, spec } = body as { readonly status?: unknown; readonly spec?: Definition };
    // What was refused has no spec.
    if (spec === undefined || typeof status !== "object") return;
    for (const { name } of spec.versions) {
      const list = `/apis/${spec.group}/${name}/${spec.names.plural}`;
      await eventually(`${list} is served`, async () => (await this.#status(list)) === 200);
    }
  }

  /** The one that claims get by default is known of as the others are. */
  async #storageClass(): Promise<void> {
    const name = `settled-${++this.#count}`;
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "probe" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const path = "/api/v1/namespaces/kube-system/persistentvolumeclaims?dryRun=All";
    const given = async () => {
      const { body } = await this.#client({ method: "POST", path, body: claim });
      return (body as { readonly spec?: { readonly storageClassName?: string } }).spec?.storageClassName;
    };
    await this.#must("POST", storageClasses, {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "example.com/none",
    });
    await eventually(`${name} is the default`, async () => (await given()) === name);
    await this.#must("DELETE", `${storageClasses}/${name}`);
    await eventually(`${name} is no default`, async () => (await given()) === undefined);
  }

  async #status(path: string): Promise<number> {
    return (await this.#client({ method: "GET", path })).status;
  }

  async #must(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.#client({ method, path, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }
}

interface Definition {
  readonly group: string;
  readonly names: { readonly plural: string };
  readonly versions: readonly { readonly name: string }[];
}

interface Configuration {
  readonly plural: string;
  readonly object: object;
}

type Sort = "validating" | "mutating";

function configuration(kind: string, plural: string, name: string, content: object): Configuration {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return { plural, object: { apiVersion, kind, metadata: { name }, ...content } };
}

function kindOf(sort: Sort): string {
  return sort === "validating" ? "Validating" : "Mutating";
}

function selected(name: string) {
  return { matchLabels: { refused: name } };
}

/** Nobody listens where it is. */
function webhook(sort: Sort, name: string): Configuration {
  const hook = {
    name: `${name}.example.com`,
    clientConfig: { url: "https://127.0.0.1:1/" },
    rules: [ofLeases],
    objectSelector: selected(name),
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  const content = { webhooks: [hook] };
  return configuration(`${kindOf(sort)}WebhookConfiguration`, `${sort}webhookconfigurations`, name, content);
}

function policy(sort: Sort, name: string): Configuration {
  // It names a label that isn't there, which is an error.
  const jsonPatch = { expression: "[JSONPatch{op: 'add', path: object.metadata.labels.none, value: 1}]" };
  const effect =
    sort === "validating"
      ? { validations: [{ expression: "false" }] }
      : { reinvocationPolicy: "Never", mutations: [{ patchType: "JSONPatch", jsonPatch }] };
  const matchConstraints = { resourceRules: [ofLeases], objectSelector: selected(name) };
  const spec = { matchConstraints, ...effect };
  return configuration(`${kindOf(sort)}AdmissionPolicy`, `${sort}admissionpolicies`, name, { spec });
}

function binding(sort: Sort, name: string): Configuration {
  const actions = sort === "validating" ? { validationActions: ["Deny"] } : {};
  const spec = { policyName: name, ...actions };
  return configuration(`${kindOf(sort)}AdmissionPolicyBinding`, `${sort}admissionpolicybindings`, name, {
    spec,
  });
}
