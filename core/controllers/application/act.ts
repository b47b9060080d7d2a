import { digestOf } from "@catalyst/base/digest";
import { unreachable } from "@catalyst/base/errors";
import { canonicalJson, jsonEqual } from "@catalyst/base/json";
import { withDefaults } from "@catalyst/blueprint/expansion";
import { labels } from "@catalyst/model/label";
import { applicationsNamespace } from "@catalyst/model/naming";
import { helmReleases, ociRepositories } from "@catalyst/ports/flux";
import {
  applications,
  type ClusterClient,
  type KubeObject,
  namespaces,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import { connectionSecret, type GeneratePassword, mirrorComponent, mirrorSecret } from "./connection.ts";
import { type ApplicationAction, applicationFinalizer } from "./decide.ts";
import type { ApplicationFacts } from "./facts.ts";

/** Who writes, as managedFields shows it. */
export const fieldManager = "catalyst-application-controller";

/** What of the facts is another thing once an action is carried out. */
export type LeftBehind = Partial<Pick<ApplicationFacts, "source" | "helmRelease">>;

/**
 * Carries one decision out and gives what it wrote. Every write is idempotent, so dying in between costs nothing
 * but time.
 */
export async function act(
  action: ApplicationAction,
  facts: ApplicationFacts,
  client: ClusterClient,
  generate: GeneratePassword,
): Promise<LeftBehind> {
  const { name } = facts.application.metadata;
  const key = { namespace: applicationsNamespace, name };
  switch (action.kind) {
    case "add-finalizer":
      await setFinalizers(client, facts, [
        ...(facts.application.metadata.finalizers ?? []),
        applicationFinalizer,
      ]);
      return {};
    case "remove-finalizer":
      await setFinalizers(
        client,
        facts,
        (facts.application.metadata.finalizers ?? []).filter((item) => item !== applicationFinalizer),
      );
      return {};
    case "expand":
      return expand(facts, client, generate);
    case "uninstall":
      await client.delete(helmReleases, key);
      await client.delete(ociRepositories, key);
      return {};
    case "delete-namespace":
      await client.delete(namespaces, { name });
      return {};
    case "none":
    case "refuse":
    case "wait-for-value":
    case "wait-for-dependents":
    case "wait-for-uninstall":
    case "wait-for-namespace":
      return {};
    default:
      return unreachable(action);
  }
}

async function setFinalizers(
  client: ClusterClient,
  { application }: ApplicationFacts,
  finalizers: readonly string[],
): Promise<void> {
  const { name, namespace, resourceVersion } = application.metadata;
  await client.mergePatch(
    applications,
    { name, namespace },
    { metadata: { resourceVersion, finalizers } },
    { fieldManager },
  );
}

async function expand(
  facts: ApplicationFacts,
  client: ClusterClient,
  generate: GeneratePassword,
): Promise<LeftBehind> {
  const { expansion, release, application } = facts;
  if (expansion === undefined || release === undefined) return {};
  const own = expansion.namespace.metadata.labels ?? {};
  await applyUnlessSame(client, namespaces, facts.namespace, expansion.namespace);
  const { name } = application.metadata;
  const { connection, configSchema } = release.manifest.spec;
  if (connection !== undefined) {
    const config = withDefaults(configSchema, application.spec.config ?? {});
    const secret = connectionSecret(
      {
        application: name,
        keys: connection.keys,
        config,
        given: givenData(facts),
        labels: own,
        existing: facts.connection,
      },
      generate,
    );
    if (secret !== undefined) await client.apply(secrets, secret, { fieldManager, force: true });
  }
  for (const mirror of facts.mirrors) {
    const copy =
      mirror.original === undefined ? undefined : mirrorSecret(mirror.original, mirror.copy, name, own);
    if (copy !== undefined) await client.apply(secrets, copy, { fieldManager, force: true });
  }
  await removeLeftCopy(facts, client);
  const source = await applyUnlessSame(client, ociRepositories, facts.source, expansion.source);
  const helmRelease = await applyUnlessSame(client, helmReleases, facts.helmRelease, expansion.release);
  return { source, helmRelease };
}

/** A value that was taken away, or isn't referred to any longer, stays nowhere. */
async function removeLeftCopy({ given, mirrors }: ApplicationFacts, client: ClusterClient): Promise<void> {
  const { copy } = given;
  if (copy === undefined || copy.metadata.labels?.[labels.component] !== mirrorComponent) return;
  if (mirrors.some(({ name }) => name === copy.metadata.name)) return;
  await client.delete(secrets, { namespace: copy.metadata.namespace, name: copy.metadata.name });
}

/** The values people gave, as the Secret holds them: by field, in base64. */
function givenData({ application, given }: ApplicationFacts): Readonly<Record<string, string>> {
  const fields = Object.keys(application.spec.secrets ?? {});
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = given.secret?.data?.[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

/** Digest of what the controller applied last, on every object it writes. */
const appliedAnnotation = "catalyst.openova.io/applied";

/**
 * Applies an object unless exactly this was applied before and is still there: reconciles without news write
 * nothing, and what a person changed by hand is put back. Gives the object as it is then.
 */
async function applyUnlessSame<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  existing: T | undefined,
  wanted: T,
): Promise<T> {
  const digest = digestOf(canonicalJson([wanted.metadata.labels, wanted.spec]));
  const applied = existing?.metadata.annotations?.[appliedAnnotation] === digest;
  if (existing !== undefined && applied && includes(existing.spec, wanted.spec ?? {})) return existing;
  const metadata = {
    ...wanted.metadata,
    annotations: { ...wanted.metadata.annotations, [appliedAnnotation]: digest },
  };
  return client.apply(type, { ...wanted, metadata }, { fieldManager, force: true });
}

/** Whether every field wanted is there with that value; defaults the server added don't count. */
function includes(existing: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted))
    return jsonEqual(existing, wanted);
  if (typeof existing !== "object" || existing === null) return Object.keys(wanted).length === 0;
  const has = existing as Record<string, unknown>;
  return Object.entries(wanted).every(([key, value]) => includes(has[key], value));
}
