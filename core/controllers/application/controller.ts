import type { Application } from "@catalyst/model/application";
import { labels } from "@catalyst/model/label";
import { applicationSecretName, applicationsNamespace } from "@catalyst/model/naming";
import { externalSecrets } from "@catalyst/ports/external-secrets";
import { helmReleases, ociRepositories } from "@catalyst/ports/flux";
import {
  applications,
  type ClusterName,
  ingresses,
  type KubeObject,
  namespaces,
  nodes,
  pods,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ObjectCache,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  type Trigger,
  writeStatus,
} from "@catalyst/reconciler";
import { act } from "./act.ts";
import type { GeneratePassword } from "./connection.ts";
import { type ApplicationAction, decide } from "./decide.ts";
import { type ObserveOptions, observe } from "./observe.ts";
import { phaseOf } from "./phase.ts";
import { conditionsOf, statusFields } from "./status.ts";

export interface ApplicationControllerOptions extends ObserveOptions {
  readonly generatePassword: GeneratePassword;
  /** The address at which a host name of an Ingress is reached. */
  urlOf(host: string): string;
}

/** How soon a wait is looked at again without an event, in milliseconds. */
const recheck = 30_000;

/** How soon a release the catalog doesn't have is looked for again, in milliseconds. */
const catalogRecheck = 5_000;

/**
 * Expands Applications to their Flux objects, gives them namespace and connection Secret, and says in their
 * status what they are doing and why.
 */
export function applicationController(options: ApplicationControllerOptions): Controller<Application> {
  return {
    name: "application",
    type: applications,
    triggers: [
      sameName(helmReleases),
      sameName(ociRepositories),
      { type: externalSecrets, requests: (cluster, object) => givenTo(cluster, object) },
      inNamespaceOf(pods),
      inNamespaceOf(ingresses),
      {
        type: secrets,
        requests: (cluster, object, _previous, cache) => secretReaders(cluster, object, cache),
      },
      { type: namespaces, requests: (cluster, object) => labelled(cluster, object) },
      { type: nodes, requests: () => [] },
      {
        type: applications,
        requests: (cluster, object, previous) =>
          providers(cluster, object as Application, previous as Application | undefined),
      },
    ],
    reconcile: (request, context) => reconcile(request, context, options),
  };
}

function request(cluster: ClusterName, name: string): ReconcileRequest {
  return { cluster, namespace: applicationsNamespace, name };
}

/** Objects in the Applications' namespace that bear the Application's name. */
function sameName(type: ResourceType): Trigger {
  return {
    type,
    requests: (cluster, object) =>
      object.metadata.namespace === applicationsNamespace ? [request(cluster, object.metadata.name)] : [],
  };
}

/** Objects in the Application's own namespace. */
function inNamespaceOf(type: ResourceType): Trigger {
  return {
    type,
    requests: (cluster, object) => {
      const { namespace } = object.metadata;
      return namespace === undefined ? [] : [request(cluster, namespace)];
    },
  };
}

/** A reference to an Application's values, and the Secret it makes. */
function givenTo(cluster: ClusterName, { metadata }: KubeObject): readonly ReconcileRequest[] {
  const application = metadata.name.slice(0, -applicationSecretName("").length);
  const isGiven =
    metadata.namespace === applicationsNamespace && metadata.name === applicationSecretName(application);
  return isGiven ? [request(cluster, application)] : [];
}

/** A connection Secret concerns its own Application and every one bound to it. */
function secretReaders(
  cluster: ClusterName,
  secret: KubeObject,
  cache: ObjectCache,
): readonly ReconcileRequest[] {
  const given = givenTo(cluster, secret);
  if (given.length > 0) return given;
  const provider = secret.metadata.namespace;
  if (provider === undefined || !secret.metadata.name.endsWith("-connection")) return [];
  const bound = cache
    .list(cluster, applications, applicationsNamespace)
    .filter((application) =>
      Object.values(application.spec.bindings ?? {}).some((binding) => binding.application === provider),
    );
  return [provider, ...bound.map((application) => application.metadata.name)].map((name) =>
    request(cluster, name),
  );
}

function labelled(cluster: ClusterName, object: KubeObject): readonly ReconcileRequest[] {
  const name = object.metadata.labels?.[labels.application];
  return name === undefined ? [] : [request(cluster, name)];
}

/** What an Application is bound to, before and after, learns that its dependents changed. */
function providers(
  cluster: ClusterName,
  object: Application,
  previous: Application | undefined,
): readonly ReconcileRequest[] {
  const names = [object, previous].flatMap((application) =>
    Object.values(application?.spec.bindings ?? {}).map((binding) => binding.application),
  );
  return [...new Set(names)].map((name) => request(cluster, name));
}

async function reconcile(
  key: ReconcileRequest,
  context: ReconcileContext<Application>,
  options: ApplicationControllerOptions,
): Promise<ReconcileResult> {
  if (context.object === undefined) return { outcome: "settled" };
  const client = context.clusters.client(key.cluster);
  const observed = observe(key.cluster, context.object, context.cache, options);
  const action = decide(observed);
  let facts = observed;
  try {
    // the status speaks of what was written: a release that was changed just now isn't ready any more
    facts = { ...observed, ...(await act(action, observed, client, options.generatePassword)) };
  } finally {
    if (writesStatus(action)) {
      const verdict = phaseOf(facts, action);
      await writeStatus(
        client,
        applications,
        facts.application,
        { conditions: conditionsOf(action, verdict), fields: statusFields(facts, verdict, options.urlOf) },
        context.clock,
      );
    }
  }
  return resultOf(action);
}

/** Spec (finalizers among it) and status are never written in one pass. */
function writesStatus(action: ApplicationAction): boolean {
  return action.kind !== "add-finalizer" && action.kind !== "remove-finalizer";
}

function resultOf(action: ApplicationAction): ReconcileResult {
  switch (action.kind) {
    case "refuse":
      // the catalog may be about to learn of it
      return { outcome: "waiting", reason: action.reason, recheckAfter: catalogRecheck };
    case "wait-for-value":
      return { outcome: "waiting", reason: action.missing.reason, recheckAfter: recheck };
    case "wait-for-dependents":
    case "wait-for-uninstall":
    case "wait-for-namespace":
    case "uninstall":
    case "delete-namespace":
      return { outcome: "waiting", reason: "Deleting", recheckAfter: recheck };
    default:
      return { outcome: "settled" };
  }
}
