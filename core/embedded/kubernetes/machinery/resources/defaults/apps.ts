import { each, ensure, type Fields, fill, text } from "../fields.ts";
import { defaultPersistentVolumeClaim } from "./core.ts";
import { defaultPodTemplate } from "./pod.ts";
import type { Defaults } from "./types.ts";

/** Source of the rules: Kubernetes' apps/v1 defaulting. */
export const appsDefaults: Defaults = {
  Deployment: defaultDeployment,
  DaemonSet: defaultDaemonSet,
  StatefulSet: defaultStatefulSet,
  ReplicaSet: (set) => {
    const spec = ensure(set, "spec");
    fill(spec, "replicas", 1);
    defaultPodTemplate(spec);
  },
};

function defaultDeployment(deployment: Fields): void {
  const spec = ensure(deployment, "spec");
  fill(spec, "replicas", 1);
  const strategy = ensure(spec, "strategy");
  fill(strategy, "type", "RollingUpdate");
  if (strategy["type"] === "RollingUpdate") {
    const rolling = ensure(strategy, "rollingUpdate");
    fill(rolling, "maxUnavailable", "25%");
    fill(rolling, "maxSurge", "25%");
  }
  fill(spec, "revisionHistoryLimit", 10);
  fill(spec, "progressDeadlineSeconds", 600);
  defaultPodTemplate(spec);
}

/** Counts a DaemonSet's templates; a field once, an annotation since. */
export const templateGenerationAnnotation = "deprecated.daemonset.template.generation";

function defaultDaemonSet(set: Fields): void {
  const spec = ensure(set, "spec");
  const strategy = ensure(spec, "updateStrategy");
  fill(strategy, "type", "RollingUpdate");
  if (strategy["type"] === "RollingUpdate") {
    const rolling = ensure(strategy, "rollingUpdate");
    fill(rolling, "maxUnavailable", 1);
    fill(rolling, "maxSurge", 0);
  }
  fill(spec, "revisionHistoryLimit", 10);
  fill(ensure(ensure(set, "metadata"), "annotations"), templateGenerationAnnotation, "0");
  defaultPodTemplate(spec);
}

function defaultStatefulSet(set: Fields): void {
  const spec = ensure(set, "spec");
  fill(spec, "podManagementPolicy", "OrderedReady");
  const strategy = ensure(spec, "updateStrategy");
  if (text(strategy, "type") === "") {
    strategy["type"] = "RollingUpdate";
    ensure(strategy, "rollingUpdate");
  }
  if (strategy["type"] === "RollingUpdate" && strategy["rollingUpdate"] !== undefined) {
    fill(ensure(strategy, "rollingUpdate"), "partition", 0);
  }
  const retention = ensure(spec, "persistentVolumeClaimRetentionPolicy");
  fill(retention, "whenDeleted", "Retain");
  fill(retention, "whenScaled", "Retain");
  fill(spec, "replicas", 1);
  fill(spec, "revisionHistoryLimit", 10);
  defaultPodTemplate(spec);
  for (const claim of each(spec, "volumeClaimTemplates")) {
    claim["apiVersion"] = "v1";
    claim["kind"] = "PersistentVolumeClaim";
    defaultPersistentVolumeClaim(claim);
  }
}
