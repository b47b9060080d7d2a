import type { FieldFault } from "../../../status.ts";
import { isDualStack } from "../../../validate/addresses.ts";
import { dnsSubdomain, qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { checkAddress } from "../../../validate/place-addresses.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import { checkPodAnnotations } from "./annotations.ts";
import { checkAnnotationsKept } from "./update.ts";

/** Everything wrong with what a node says of a Pod. */
export function validatePodStatus(pod: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("", pod, (place) => {
    const annotations = place.at("metadata", "annotations");
    checkAnnotationsKept(annotations, at(stored, "metadata", "annotations"));
    checkPodAnnotations(annotations, place.at("spec"));
    checkStatus(place.at("status"), at(stored, "status"), place.at("spec"));
  });
}

function checkStatus(status: Place, before: Fields, spec: Place): void {
  checkConditions(status.at("conditions"));
  checkNominated(status.at("nominatedNodeName"), text(before, "nominatedNodeName"), spec);
  checkGeneration(status.at("observedGeneration"));
  status.at("qosClass").isUnchanged((status.at("qosClass").value ?? "") === (before["qosClass"] ?? ""));
  checkStates(status, before, spec);
  checkClaims(status.at("resourceClaimStatuses"), spec);
  checkAddresses(status, before);
  const lists = { containerStatuses: "containers", initContainerStatuses: "initContainers" };
  const os = spec.at("os", "name").text;
  for (const list of [...Object.keys(lists), "ephemeralContainerStatuses"]) checkUsers(status.at(list), os);
  for (const [list, of] of Object.entries(lists)) checkDevices(status.at(list), each(spec.value, of));
  for (const container of status.at("ephemeralContainerStatuses").items()) {
    const devices = container.at("allocatedResourcesStatus");
    if (devices.size > 0) devices.forbidden("must not be specified in container status");
  }
}

const ownConditions = ["PodScheduled", "Ready", "Initialized"];

function checkConditions(conditions: Place): void {
  for (const condition of conditions.items()) {
    checkGeneration(condition.at("observedGeneration"));
    const type = condition.at("type").text;
    if (!ownConditions.includes(type)) condition.called("Type", type).follows(qualifiedName);
  }
}

function checkGeneration(generation: Place): void {
  if (generation.number < 0) generation.invalid("must be a non-negative integer");
}

function checkNominated(name: Place, before: string, spec: Place): void {
  if (name.text === "" || name.text === before) return;
  name.follows(dnsSubdomain);
  if (spec.at("nodeName").text !== "") {
    name.forbidden("may not be set on pods that are already bound to a node");
  }
}

/** What has ended and isn't started again stays ended. */
function checkStates(status: Place, before: Fields, spec: Place): void {
  const lists: Readonly<Record<string, string>> = {
    containerStatuses: "containers",
    initContainerStatuses: "initContainers",
    ephemeralContainerStatuses: "",
  };
  const restartsAll = ["containers", "initContainers"].some((list) =>
    each(spec.value, list).some((container) =>
      each(container, "restartPolicyRules").some((rule) => rule["action"] === "RestartAllContainers"),
    ),
  );
  for (const [list, of] of Object.entries(lists)) {
    if (of !== "" && restartsAll) continue;
    each(before, list).forEach((held, index) => {
      const { terminated } = at(held, "state");
      if (terminated === undefined) return;
      const now = status
        .at(list)
        .items()
        .find((one) => one.at("name").text === held["name"]);
      if (now === undefined || now.at("state", "terminated").isSet) return;
      const container =
        of === "" ? undefined : each(spec.value, of).find(({ name }) => name === held["name"]);
      const code = Number(at(held, "state", "terminated")["exitCode"] ?? 0);
      if (container !== undefined && isRestarted(container, text(spec.fields, "restartPolicy"), code)) return;
      const place = status.at(list).counted(index, undefined);
      place.at("state").forbidden("may not be transitioned to non-terminated state");
    });
  }
}

/** Tells whether a container that ended so is started again. Source: Kubernetes' `pkg/api/v1/pod`. */
function isRestarted(container: Fields, ofPod: string, code: number): boolean {
  if (container["restartPolicy"] !== undefined) {
    for (const rule of each(container, "restartPolicyRules")) {
      const values = at(rule, "exitCodes")["values"];
      const isNamed = Array.isArray(values) && values.includes(code);
      const isMatch = at(rule, "exitCodes")["operator"] === "In" ? isNamed : !isNamed;
      if (rule["exitCodes"] !== undefined && isMatch) return rule["action"] === "Restart";
    }
    return restarts(text(container, "restartPolicy"), code);
  }
  return restarts(ofPod, code);
}

function restarts(policy: string, code: number): boolean {
  return policy === "Always" || (policy === "OnFailure" && code !== 0);
}

function checkClaims(statuses: Place, spec: Place): void {
  const known = new Set(each(spec.value, "resourceClaims").map((claim) => text(claim, "name")));
  const seen = new Set<string>();
  for (const status of statuses.items()) {
    const name = status.at("name");
    if (!known.has(name.text)) {
      name.invalid("must match the name of an entry in `spec.resourceClaims`", name.text);
    }
    if (seen.has(name.text)) name.duplicate();
    seen.add(name.text);
    if (status.at("resourceClaimName").isSet) status.at("resourceClaimName").follows(dnsSubdomain);
  }
}

function checkAddresses(status: Place, before: Fields): void {
  checkAddressList(status.at("podIPs"), each(before, "podIPs"));
  const hosts = status.at("hostIPs");
  const first = hosts.items()[0];
  const { text: host } = status.at("hostIP");
  if (first !== undefined && first.at("ip").text !== host)
    first.at("ip").invalid("must be equal to `hostIP`");
  checkAddressList(hosts, each(before, "hostIPs"));
}

function checkAddressList(list: Place, before: readonly Fields[]): void {
  const held = before.map((entry) => text(entry, "ip"));
  const texts = list.items().map((entry) => entry.at("ip").text);
  texts.forEach((ip, index) => {
    checkAddress(list.counted(index, ip), held);
  });
  if (texts.length > 1 && (!isDualStack(texts) || texts.length > 2)) {
    list.invalid("may specify no more than one IP for each IP family");
  }
}

const mostId = 2147483647;

function checkUsers(statuses: Place, os: string): void {
  for (const status of statuses.items()) {
    const user = status.at("user", "linux");
    if (!user.isSet) continue;
    if (os === "windows") user.forbidden("cannot be set for a windows pod");
    else
      for (const id of [user.at("uid"), user.at("gid"), ...user.at("supplementalGroups").items()]) {
        id.isWithin(0, mostId);
      }
  }
}

const healths = ["Healthy", "Unhealthy", "Unknown"];

function checkDevices(statuses: Place, containers: readonly Fields[]): void {
  for (const status of statuses.items()) {
    const container = containers.find(({ name }) => name === status.at("name").value);
    for (const allocated of status.at("allocatedResourcesStatus").items()) {
      if (container !== undefined) checkAllocated(allocated.at("name"), container);
      const ids = new Set<string>();
      for (const device of allocated.at("resources").items()) {
        device.at("health").isOneOf(healths);
        const id = device.at("resourceID");
        if (ids.has(id.text)) id.duplicate();
        ids.add(id.text);
      }
    }
  }
}

function checkAllocated(name: Place, container: Fields): void {
  if (!name.text.startsWith("claim:")) {
    if (at(container, "resources", "requests")[name.text] !== undefined) return;
    name.invalid("must match one of the container's resource requests");
    return;
  }
  const claims = each(at(container, "resources"), "claims").map((claim) => {
    const request = text(claim, "request");
    return `claim:${text(claim, "name")}${request === "" ? "" : `/${request}`}`;
  });
  if (claims.includes(name.text)) return;
  const formats = "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
  name.invalid(`must match one of the container's resource claims in a format ${formats}`);
}
