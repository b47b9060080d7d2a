import type { Place } from "../../../validate/place.ts";
import { checkContainer, checkHostPorts, checkTrimmedImage, type PodFacts } from "./container.ts";
import { checkLifecycle, checkProbes } from "./probes.ts";
import { checkRestartRules } from "./restart-rules.ts";

/** Checks the containers that run for as long as the Pod does. */
export function checkContainers(list: Place, pod: PodFacts): void {
  if (list.size === 0) {
    list.required();
    return;
  }
  const names = new Set<string>();
  for (const container of list.items()) {
    checkContainer(container, pod);
    const name = container.at("name");
    if (names.has(name.text)) name.duplicate();
    names.add(name.text);
    if (container.at("lifecycle").isSet) checkLifecycle(container.at("lifecycle"), pod.gracePeriod);
    checkProbes(container);
    checkRestartRules(container);
  }
  checkHostPorts(list.items(), new Set());
}

const onlyForSidecars = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

/** Checks the containers that run before, those that go on beside included. */
export function checkInitContainers(list: Place, others: Place, pod: PodFacts): void {
  const names = new Set(others.items().map((container) => container.at("name").text));
  for (const container of list.items()) {
    checkContainer(container, pod);
    checkRestartRules(container);
    const name = container.at("name");
    if (names.has(name.text)) name.duplicate();
    else if (name.text !== "") names.add(name.text);
    // Init containers don't run at the same time: each has the host's ports for itself.
    checkHostPorts([list.counted(0, container.value)], new Set());
    if (isSidecar(container)) {
      if (container.at("lifecycle").isSet) checkLifecycle(container.at("lifecycle"), pod.gracePeriod);
      checkProbes(container);
    } else checkOnce(container);
  }
}

/** An init container that goes on beside the others. */
export function isSidecar(container: Place): boolean {
  return container.at("restartPolicy").text === "Always";
}

/** What a container that runs to its end can't have. */
function checkOnce(container: Place): void {
  for (const key of onlyForSidecars) {
    if (container.at(key).isSet) {
      container.at(key).forbidden("may not be set for init containers without restartPolicy=Always");
    }
  }
  for (const policy of container.at("resizePolicy").items()) {
    const restart = policy.at("restartPolicy");
    if (restart.text === "RestartContainer") {
      restart.invalid("must not be set to 'RestartContainer' for non-sidecar initContainers");
    }
  }
}

const notForEphemeral = [
  "ports",
  "resources",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "restartPolicy",
  "restartPolicyRules",
  "resizePolicy",
];
const whyNot = "cannot be set for an Ephemeral Container";

/** Checks the containers that were put into a running Pod. */
export function checkEphemeralContainers(spec: Place, pod: PodFacts): void {
  const lists = ["containers", "initContainers"].flatMap((list) => spec.at(list).items());
  const others = new Set(lists.map((container) => container.at("name").text));
  const names = new Set(others);
  for (const container of spec.at("ephemeralContainers").items()) {
    checkContainer(container, pod);
    checkTrimmedImage(container);
    const name = container.at("name");
    if (names.has(name.text)) name.duplicate();
    names.add(name.text);
    const target = container.at("targetContainerName");
    if (target.text !== "" && !others.has(target.text)) target.notFound();
    for (const key of notForEphemeral) if (isSaid(container.at(key))) container.at(key).forbidden(whyNot);
    for (const mount of container.at("volumeMounts").items()) {
      for (const key of ["subPath", "subPathExpr"]) {
        if (mount.at(key).text !== "") mount.at(key).forbidden(whyNot);
      }
    }
  }
}

/** Requirements are always written, though none may be said. */
function isSaid(field: Place): boolean {
  return field.isSet && !(field.path.endsWith(".resources") && field.size === 0);
}
