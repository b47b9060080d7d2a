import { controllerRevisions, daemonSets, deployments, replicaSets, statefulSets } from "./apps/workloads.ts";
import { cronJobs, jobStatus, jobs, jobUpdates } from "./batch/jobs.ts";
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
];
