import { badRequest } from "../../status.ts";
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
  } else if (strategy["rollingUpdate"] !== undefined) {
    for (const count of ["maxUnavailable", "maxSurge"]) fill(ensure(strategy, "rollingUpdate"), count, 0);
  }
  fill(spec, "revisionHistoryLimit", 10);
  const annotations = ensure(ensure(set, "metadata"), "annotations");
  fill(annotations, templateGenerationAnnotation, "0");
  const generation = String(annotations[templateGenerationAnnotation]);
  if (!/^[+-]?\d+$/.test(generation)) {
    const why = `strconv.ParseInt: parsing ${JSON.stringify(generation)}: invalid syntax`;
    throw badRequest(`DaemonSet in version "v1" cannot be handled as a DaemonSet: ${why}`);
  }
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
