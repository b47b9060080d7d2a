import { dnsLabel, portName, portNumber } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { checkEnvironment, checkEnvironmentFrom } from "./environment.ts";
import { checkMounts, type Volumes } from "./mounts.ts";
import { checkContainerResources } from "./resources.ts";
import { checkContainerSecurity } from "./security.ts";

/** What of a Pod its containers' checks need. */
export interface PodFacts {
  readonly volumes: Volumes;
  /** Names of the Pod's resource claims. */
  readonly claims: ReadonlySet<string>;
  readonly gracePeriod: number | undefined;
  readonly restartPolicy: string;
  /** False in a user namespace of its own. */
  readonly hostUsers: boolean;
}

/** Checks what all sorts of containers have. */
export function checkContainer(container: Place, pod: PodFacts): void {
  container.at("name").needs(dnsLabel);
  container.at("image").isNeeded();
  container.at("terminationMessagePolicy").needsOneOf(["File", "FallbackToLogsOnError"]);
  checkPorts(container.at("ports"));
  checkEnvironment(container.at("env"));
  checkEnvironmentFrom(container.at("envFrom"));
  checkMounts(container, pod.volumes);
  container.at("imagePullPolicy").needsOneOf(pullPolicies);
  checkContainerResources(container.at("resources"), pod.claims);
  checkResizePolicy(container.at("resizePolicy"), pod.restartPolicy);
  checkContainerSecurity(container.at("securityContext"), pod.hostUsers);
}

/** When an image is pulled. */
export const pullPolicies = ["Always", "IfNotPresent", "Never"];

/** Protocols of ports. */
export const protocols = ["SCTP", "TCP", "UDP"];

function checkPorts(ports: Place): void {
  const names = new Set<string>();
  for (const port of ports.items()) {
    const name = port.at("name");
    if (name.text !== "") {
      const faults = portName(name.text);
      for (const fault of faults) name.invalid(fault);
      if (faults.length === 0 && names.has(name.text)) name.duplicate();
      names.add(name.text);
    }
    const number = port.at("containerPort");
    if (number.number === 0) number.required();
    else for (const fault of portNumber(number.number)) number.invalid(fault);
    const host = port.at("hostPort");
    if (host.number !== 0) for (const fault of portNumber(host.number)) host.invalid(fault);
    port.at("protocol").needsOneOf(protocols);
  }
}

function checkResizePolicy(policies: Place, restartPolicy: string): void {
  const seen = new Set<string>();
  for (const policy of policies.items()) {
    const resource = policy.at("resourceName").text;
    const restart = policy.at("restartPolicy").text;
    if (seen.has(resource)) policy.duplicate("", resource);
    seen.add(resource);
    needsOneOfAt(policies, resource, ["cpu", "memory"]);
    needsOneOfAt(policies, restart, ["NotRequired", "RestartContainer"]);
    if (restartPolicy === "Never" && restart !== "NotRequired") {
      policies.invalid("must be 'NotRequired' when pod `restartPolicy` is 'Never'", restart);
    }
  }
}

/** Upstream places these at the list. */
function needsOneOfAt(list: Place, text: string, supported: readonly string[]): void {
  if (text === "") list.required();
  else if (!supported.includes(text)) list.unsupported(supported, text);
}

/** No two containers want the same port of the host; `accumulated` is theirs by protocol, address and number. */
export function checkHostPorts(containers: readonly Place[], accumulated: Set<string>): void {
  for (const container of containers) {
    for (const port of container.at("ports").items()) {
      const host = port.at("hostPort");
      if (host.number === 0) continue;
      const key = `${port.at("protocol").text}/${port.at("hostIP").text}/${host.number}`;
      if (accumulated.has(key)) host.duplicate("", key);
      accumulated.add(key);
    }
  }
}

/** An image's name has no space around it. */
export function checkTrimmedImage(container: Place): void {
  const image = container.at("image");
  if (image.text !== image.text.trim()) image.invalid("must not have leading or trailing whitespace");
}
