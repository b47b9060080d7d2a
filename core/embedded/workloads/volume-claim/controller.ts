import { unreachable } from "@catalyst/base/errors";
import {
  type ClusterClient,
  type KubeObject,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  type ResourceType,
  type StorageClass,
  storageClasses,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  recordEvent,
  type Trigger,
} from "@catalyst/reconciler";
import { requestFor } from "../common/owner.ts";
import { bindCompleted, boundByController, type ClaimAction, decideClaim } from "./decide.ts";
import { isReservedFor } from "./match.ts";
import { provision } from "./provision.ts";
import { isDefaultClass } from "./storage-class.ts";

const binder = "persistentvolume-controller";

/** A class, or a volume nobody has yet, may be what pending claims wait for; a volume's own claim it wakes always. */
const supply: readonly Trigger[] = [
  {
    type: storageClasses as ResourceType,
    requests: (cluster, _class, _previous, cache) =>
      cache
        .list<PersistentVolumeClaim>(cluster, persistentVolumeClaims)
        .filter((claim) => claim.status?.phase !== "Bound")
        .map((claim) => requestFor(cluster, claim)),
  },
  {
    type: persistentVolumes as ResourceType,
    requests: (cluster, object, _previous, cache) => {
      const volume = object as PersistentVolume;
      const { namespace, name } = volume.spec.claimRef ?? {};
      if (name !== undefined) return [{ cluster, namespace, name }];
      return cache
        .list<PersistentVolumeClaim>(cluster, persistentVolumeClaims)
        .filter((claim) => claim.status?.phase !== "Bound")
        .map((claim) => requestFor(cluster, claim));
    },
  },
];

/** Binds volume claims: to volumes there are, or to new ones, each a folder of its own below `volumesFolder`. */
export function volumeClaimController(volumesFolder: string): Controller<PersistentVolumeClaim> {
  return {
    name: "volume-claim",
    type: persistentVolumeClaims,
    triggers: supply,
    reconcile: async (request, context) => {
      const claim = context.object;
      if (claim === undefined) return { outcome: "settled" };
      const classes = context.cache.list<StorageClass>(request.cluster, storageClasses);
      const volumes = context.cache.list<PersistentVolume>(request.cluster, persistentVolumes);
      const named = await withClass(request, context, claim, classes);
      const { storageClassName } = named.spec ?? {};
      const storageClass = classes.find(({ metadata }) => metadata.name === storageClassName);
      const action = decideClaim({ claim: named, storageClass, volumes });
      await act(volumesFolder, request, context, named, action);
      return { outcome: "settled" };
    },
  };
}

/** Gives a pending claim that names no class the default, also when that came after it. */
async function withClass(
  request: ReconcileRequest,
  { clusters }: ReconcileContext<PersistentVolumeClaim>,
  claim: PersistentVolumeClaim,
  classes: readonly StorageClass[],
): Promise<PersistentVolumeClaim> {
  const isOpen = claim.spec?.storageClassName === undefined && !claim.spec?.volumeName;
  const [usual] = classes.filter(isDefaultClass).sort(byCreation);
  if (!isOpen || usual === undefined || claim.metadata.deletionTimestamp !== undefined) return claim;
  const spec = { storageClassName: usual.metadata.name };
  return clusters.client(request.cluster).mergePatch(persistentVolumeClaims, request, { spec });
}

/** The newest first. */
function byCreation(a: KubeObject, b: KubeObject): number {
  return (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1;
}

async function act(
  volumesFolder: string,
  request: ReconcileRequest,
  context: ReconcileContext<PersistentVolumeClaim>,
  claim: PersistentVolumeClaim,
  action: ClaimAction,
): Promise<void> {
  const client = context.clusters.client(request.cluster);
  const say = (component: string, note: Parameters<typeof recordEvent>[4]) =>
    recordEvent(client, context.clock, component, claim, note);
  switch (action.type) {
    case "none":
      return;
    case "wait":
      if (action.note !== undefined) await say(binder, action.note);
      return;
    case "lose":
      await say(binder, action.note);
      await setStatus(client, claim, {
        ...claim.status,
        phase: "Lost",
        capacity: undefined,
        accessModes: undefined,
      });
      return;
    case "expand":
      return expand(client, claim, action.volume);
    case "bind":
      return bind(client, claim, action.volume);
    case "provision": {
      const volume = await provision(volumesFolder, client, claim, action.storageClass);
      const message = `Successfully provisioned volume ${volume.metadata.name}`;
      await say(action.storageClass.provisioner, {
        type: "Normal",
        reason: "ProvisioningSucceeded",
        message,
      });
      return bind(client, claim, volume);
    }
    default:
      return unreachable(action);
  }
}

/** First the volume, then the claim: a stop between leaves a volume that is kept for the claim and nobody else. */
async function bind(
  client: ClusterClient,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const { name, namespace, uid } = claim.metadata;
  let bound = volume;
  if (volume.spec.claimRef?.uid !== uid) {
    const { resourceVersion } = volume.metadata;
    const isOurs = !isReservedFor(volume, claim);
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid };
    const annotations = isOurs ? { annotations: { [boundByController]: "yes" } } : {};
    const patch = { metadata: { resourceVersion, ...annotations }, spec: { claimRef } };
    bound = await client.mergePatch(persistentVolumes, { name: volume.metadata.name }, patch);
  }
  const chosen = claim.spec?.volumeName ? {} : { [boundByController]: "yes" };
  const annotations = { ...chosen, [bindCompleted]: "yes" };
  const patch = { metadata: { annotations }, spec: { volumeName: bound.metadata.name } };
  const own = await client.mergePatch<PersistentVolumeClaim>(
    persistentVolumeClaims,
    { namespace, name },
    patch,
  );
  const { accessModes, capacity } = bound.spec;
  await setStatus(client, own, { ...own.status, phase: "Bound", accessModes, capacity });
  await setPhase(client, bound, "Bound");
}

/** A folder grows by itself: only the amounts that are said move on. */
async function expand(
  client: ClusterClient,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const storage = claim.spec?.resources?.requests?.["storage"] ?? "0";
  const { name } = volume.metadata;
  const grown = await client.mergePatch<PersistentVolume>(
    persistentVolumes,
    { name },
    { spec: { capacity: { storage } } },
  );
  await setStatus(client, claim, { ...claim.status, capacity: grown.spec.capacity });
}

async function setStatus(client: ClusterClient, claim: PersistentVolumeClaim, status: object): Promise<void> {
  await client.updateStatus(persistentVolumeClaims, { ...claim, status });
}

async function setPhase(client: ClusterClient, { metadata }: PersistentVolume, phase: string): Promise<void> {
  const patch = { status: { phase } };
  await client.mergePatch(persistentVolumes, { name: metadata.name }, patch, { subresource: "status" });
}
