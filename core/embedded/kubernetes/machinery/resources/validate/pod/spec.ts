import { validateLabels } from "../../../validate/metadata.ts";
import { dnsLabel, dnsSubdomain, qualifiedName } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import type { PodFacts } from "./container.ts";
import { checkContainers, checkEphemeralContainers, checkInitContainers } from "./containers.ts";
import { containersOf } from "./containers-of.ts";
import { checkNames } from "./names.ts";
import { checkPodLevelResources } from "./pod-resources.ts";
import { checkContainerResources } from "./resources.ts";
import { checkAffinity, checkSpread, checkTolerations } from "./scheduling.ts";
import { checkPodSecurity } from "./security.ts";
import { checkVolumes } from "./volumes.ts";
import { checkHostProcesses, checkSystem } from "./windows.ts";

/** What a spec belongs to: a Pod with its name, or a template of Pods. */
export type SpecOwner = { readonly podName: string; readonly isMirror: boolean } | "template";

/** Checks a Pod's spec. Source: Kubernetes' `pkg/apis/core/validation`. */
export function checkPodSpec(spec: Place, owner: SpecOwner): void {
  const grace = spec.at("terminationGracePeriodSeconds");
  if (!grace.isSet) grace.required();
  const volumes = checkVolumes(
    spec.at("volumes"),
    owner === "template" ? "" : owner.podName,
    owner !== "template",
  );
  checkResourceClaims(spec.at("resourceClaims"), owner !== "template" && owner.isMirror);
  const pod: PodFacts = {
    volumes,
    claims: new Set(
      spec
        .at("resourceClaims")
        .items()
        .map((claim) => claim.at("name").text)
        .filter(Boolean),
    ),
    gracePeriod: grace.isSet ? grace.number : undefined,
    restartPolicy: spec.at("restartPolicy").text,
    hostUsers: spec.at("hostUsers").value !== false,
  };
  checkContainers(spec.at("containers"), pod);
  checkInitContainers(spec.at("initContainers"), spec.at("containers"), pod);
  checkEphemeralContainers(spec, pod);
  checkPodLevelResources(spec, pod.claims);
  checkHostNetwork(spec, owner !== "template");
  spec.at("restartPolicy").needsOneOf(["Always", "OnFailure", "Never"]);
  spec.at("dnsPolicy").needsOneOf(["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
  const selector = spec.at("nodeSelector");
  selector.add(validateLabels(selector.fields, selector.path));
  checkPodSecurity(spec);
  checkAffinity(spec.at("affinity"));
  checkGates(spec);
  checkSpread(spec.at("topologySpreadConstraints"));
  checkTolerations(spec.at("tolerations"));
  checkHostProcesses(spec);
  checkHostUsers(spec);
  checkNames(spec);
  checkReferences(spec);
  checkSystem(spec);
  checkFileVolumes(spec);
}

const classNames = ["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"];

/** Names of other objects, and what else stands alone. */
function checkReferences(spec: Place): void {
  for (const key of classNames) {
    const name = spec.at(key);
    if (name.text !== "" || (key === "runtimeClassName" && name.isSet)) name.follows(dnsSubdomain);
  }
  const deadline = spec.at("activeDeadlineSeconds");
  if (deadline.isSet) deadline.isWithin(1, 2147483647);
  const preemption = spec.at("preemptionPolicy");
  if (preemption.isSet) preemption.needsOneOf(["PreemptLowerPriority", "Never"]);
  const overhead = spec.at("overhead");
  if (overhead.isSet) checkContainerResources(overhead.wrapped("limits"), new Set());
}

function checkResourceClaims(claims: Place, isMirror: boolean): void {
  const names = new Set<string>();
  for (const claim of claims.items()) {
    if (isMirror) {
      claim.root().forbidden("static pods do not support resource claims");
      continue;
    }
    const name = claim.at("name");
    if (name.text === "") name.required();
    else if (names.has(name.text)) name.duplicate();
    else name.follows(dnsLabel);
    names.add(name.text);
    const sources = ["resourceClaimName", "resourceClaimTemplateName"].filter((key) => claim.at(key).isSet);
    if (sources.length > 1) {
      claim.invalid("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
    }
    if (sources.length === 0) {
      claim.invalid("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
    }
    for (const key of sources) claim.at(key).follows(dnsSubdomain);
  }
}

/** On the host's network a container's port is the host's. */
function checkHostNetwork(spec: Place, isPod: boolean): void {
  if (spec.at("hostNetwork").value !== true) return;
  for (const container of spec.at("containers").items()) {
    for (const port of container.at("ports").items()) {
      const host = port.at("hostPort");
      const differs = host.number !== port.at("containerPort").number;
      if (differs && (isPod || host.number !== 0)) {
        host.invalid("must match `containerPort` when `hostNetwork` is true", host.number);
      }
    }
  }
}

function checkGates(spec: Place): void {
  for (const gate of spec.at("readinessGates").items()) gate.at("conditionType").follows(qualifiedName);
  const seen = new Set<string>();
  for (const gate of spec.at("schedulingGates").items()) {
    const name = gate.at("name").text;
    for (const fault of qualifiedName(name)) gate.invalid(fault, name);
    if (seen.has(name)) gate.duplicate("", name);
    seen.add(name);
  }
}

function checkHostUsers(spec: Place): void {
  if (spec.at("hostUsers").value !== false) return;
  const why = "when `hostUsers` is false";
  if (spec.at("hostNetwork").value === true) spec.at("hostNetwork").forbidden(why);
  if (spec.at("hostPID").value === true) spec.called("HostPID", true).forbidden(why);
  if (spec.at("hostIPC").value === true) spec.called("HostIPC", true).forbidden(why);
  for (const container of containersOf(spec)) {
    if (container.at("volumeDevices").size > 0) container.at("volumeDevices").forbidden(why);
  }
}

/** Files with variables are in a directory that a container of the Pod has written to. */
function checkFileVolumes(spec: Place): void {
  const volumes = new Map(
    spec
      .at("volumes")
      .items()
      .map((volume) => [volume.at("name").text, volume]),
  );
  for (const container of containersOf(spec)) {
    for (const variable of container.at("env").items()) {
      const reference = variable.at("valueFrom", "fileKeyRef");
      if (!reference.isSet) continue;
      const name = reference.at("volumeName");
      const volume = volumes.get(name.text);
      if (volume === undefined) name.notFound();
      else if (!volume.at("emptyDir").isSet) {
        name.invalid("referenced volume must be of type emptyDir", name.text);
      }
    }
  }
}
