import { apiServiceCorpus } from "./api-registration/api-service.ts";
import { controllerRevisions, daemonSets, deployments, replicaSets, statefulSets } from "./apps/workloads.ts";
import { autoscalerCorpus, olderAutoscalerCorpus } from "./autoscaling/autoscaler.ts";
import { cronJobs, jobStatus, jobs, jobUpdates } from "./batch/jobs.ts";
import { signingRequestCorpus } from "./certificates/signing-request.ts";
import { leaseCorpus } from "./coordination/lease.ts";
import {
  events,
  limitRanges,
  namespaces,
  nodes,
  podTemplates,
  quotas,
  replicationControllers,
} from "./core/cluster.ts";
import { configMaps, secrets, serviceAccounts } from "./core/configuration.ts";
import { podContainers } from "./core/pod/containers.ts";
import { podEnvironment } from "./core/pod/environment.ts";
import { podProbes } from "./core/pod/probes.ts";
import { podResources } from "./core/pod/resources.ts";
import { podScheduling } from "./core/pod/scheduling.ts";
import { podSecurity } from "./core/pod/security.ts";
import { podSpec } from "./core/pod/spec.ts";
import { podEphemeral, podResize, podStatus } from "./core/pod/subresources.ts";
import { podUpdate } from "./core/pod/update.ts";
import { podMounts, podVolumes } from "./core/pod/volumes.ts";
import { endpointLists, services } from "./core/service.ts";
import { claims, volumes } from "./core/storage.ts";
import type { KindCorpus } from "./corpus.ts";
import { endpointSliceCorpus } from "./discovery/endpoint-slice.ts";
import { newerEventCorpus } from "./events/event.ts";
import { flowSchemaCorpus, priorityLevelCorpus } from "./flow-control/flow-control.ts";
import { addressCorpus, rangeCorpus } from "./networking/addresses.ts";
import { ingressCorpus } from "./networking/ingress.ts";
import { ingressClassCorpus } from "./networking/ingress-class.ts";
import { networkPolicyCorpus } from "./networking/network-policy.ts";
import { runtimeClassCorpus } from "./node/runtime-class.ts";
import { budgetCorpus } from "./policy/budget.ts";
import { clusterRoleBindingCorpus, clusterRoleCorpus, roleBindingCorpus, roleCorpus } from "./rbac/roles.ts";
import { priorityClassCorpus } from "./scheduling/priority-class.ts";
import { attachmentCorpus, attributesClassCorpus, storageClassCorpus } from "./storage/classes.ts";
import { capacityCorpus, csiDriverCorpus, csiNodeCorpus } from "./storage/csi.ts";

/** Valid and broken objects of every kind, each of which a real API server has judged. */
export const corpus: readonly KindCorpus[] = [
  podSpec,
  podContainers,
  podEnvironment,
  podProbes,
  podResources,
  podSecurity,
  podVolumes,
  podMounts,
  podScheduling,
  podUpdate,
  podEphemeral,
  podResize,
  podStatus,
  services,
  endpointLists,
  configMaps,
  secrets,
  serviceAccounts,
  claims,
  volumes,
  namespaces,
  nodes,
  limitRanges,
  quotas,
  replicationControllers,
  podTemplates,
  events,
  deployments,
  replicaSets,
  daemonSets,
  statefulSets,
  controllerRevisions,
  jobs,
  jobUpdates,
  jobStatus,
  cronJobs,
  newerEventCorpus,
  apiServiceCorpus,
  autoscalerCorpus,
  olderAutoscalerCorpus,
  signingRequestCorpus,
  leaseCorpus,
  endpointSliceCorpus,
  flowSchemaCorpus,
  priorityLevelCorpus,
  ingressCorpus,
  ingressClassCorpus,
  networkPolicyCorpus,
  addressCorpus,
  rangeCorpus,
  runtimeClassCorpus,
  budgetCorpus,
  roleCorpus,
  clusterRoleCorpus,
  roleBindingCorpus,
  clusterRoleBindingCorpus,
  priorityClassCorpus,
  storageClassCorpus,
  attributesClassCorpus,
  attachmentCorpus,
  csiDriverCorpus,
  csiNodeCorpus,
  capacityCorpus,
];
