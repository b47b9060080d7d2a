import { jsonEqual } from "@catalyst/base/json";
import { podQosClass } from "@catalyst/ports/kubernetes";
import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import { mirrorAnnotation } from "./annotations.ts";
import { checkPod } from "./pod.ts";

/** Everything wrong with a change of what a Pod's containers may use. */
export function validateResize(pod: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  const refusal = refusalOf(stored);
  if (refusal !== undefined) return faultsAt("", pod, (place) => place.root().forbidden(refusal));
  return faultsAt("", pod, checkPod, (place) => {
    const spec = place.at("spec");
    if (podQosClass(pod) !== at(stored, "status")["qosClass"]) {
      const { qosClass } = at(pod, "status");
      spec.invalid("Pod QOS Class may not change as a result of resizing", qosClass);
    }
    if (!isSupported(stored)) spec.forbidden("Pod running on node without support for resize");
    checkPodLevel(spec, before);
    if (checkSameContainers(spec, before)) checkContainers(spec, before, place);
  });
}

/** Why Pods of some sorts can't be resized at all. */
function refusalOf(stored: Fields): string | undefined {
  if (at(stored, "metadata", "annotations")[mirrorAnnotation] !== undefined)
    return "static pods cannot be resized";
  return text(at(stored, "spec", "os"), "name") === "windows" ? "windows pods cannot be resized" : undefined;
}

/** A node that tells what its containers use can also change it. */
function isSupported(stored: Fields): boolean {
  const running = each(at(stored, "status"), "containerStatuses").find(
    (status) => at(status, "state")["running"] !== undefined,
  );
  return running === undefined || running["resources"] !== undefined;
}

function isRemoved(list: Fields, before: Fields): boolean {
  return Object.keys(before).some((name) => list[name] === undefined);
}

function checkPodLevel(spec: Place, before: Fields): void {
  const resources = spec.at("resources");
  const held = at(before, "resources");
  const amounts = (object: Fields) =>
    Object.keys(at(object, "requests")).length + Object.keys(at(object, "limits")).length;
  if (amounts(held) + amounts(resources.fields) === 0) return;
  if (before["resources"] !== undefined && !resources.isSet) {
    resources.forbidden("pod-level resources cannot be removed");
    return;
  }
  for (const [list, what] of Object.entries(listNames)) {
    if (isRemoved(resources.at(list).fields, at(held, list))) {
      resources.at(list).forbidden(`pod-level resource ${what} cannot be removed`);
    }
  }
  const rest = withHeldCompute(resources.fields, held);
  const isEmpty = amounts(rest) === 0 && each(rest, "claims").length === 0;
  if (!jsonEqual(isEmpty ? {} : rest, withHeldCompute(held, held))) {
    spec.forbidden("only cpu and memory resources are mutable at pod-level");
  }
}

const listNames: Readonly<Record<string, string>> = { requests: "requests", limits: "limits" };

/** The requirements with the cpu and memory of before: these may change. */
function withHeldCompute(resources: Fields, held: Fields): Fields {
  const result: Fields = { ...resources };
  for (const list of ["requests", "limits"]) {
    const { cpu: _cpu, memory: _memory, ...others } = at(resources, list);
    const before = at(held, list);
    for (const name of ["cpu", "memory"]) if (before[name] !== undefined) others[name] = before[name];
    if (Object.keys(others).length > 0) result[list] = others;
    else delete result[list];
  }
  return result;
}

function checkSameContainers(spec: Place, before: Fields): boolean {
  const count = spec.faultCount;
  for (const list of ["containers", "initContainers"]) {
    const held = each(before, list);
    const now = spec.at(list);
    if (now.size !== held.length) {
      now.forbidden(`${list} may not be added or removed on resize`);
      continue;
    }
    now.items().forEach((container, index) => {
      if (container.at("name").text !== text(held[index] ?? {}, "name")) {
        container.at("name").forbidden(`${list} may not be renamed or reordered on resize`);
      }
    });
  }
  return spec.faultCount === count;
}

function checkContainers(spec: Place, before: Fields, pod: Place): void {
  for (const list of ["initContainers", "containers"]) {
    const held = each(before, list);
    spec
      .at(list)
      .items()
      .forEach((container, index) => {
        checkContainerResize(container, held[index] ?? {});
      });
  }
  const rest: Fields = { ...spec.fields };
  each(before, "containers").forEach((held, index) => {
    const now = withoutResize(each(spec.value, "containers")[index] ?? {}, held);
    if (!jsonEqual(now, plain(held))) spec.forbidden("only cpu and memory resources are mutable");
  });
  each(before, "initContainers").forEach((held, index) => {
    checkInitResize(
      spec.at("initContainers").counted(index, each(spec.value, "initContainers")[index]),
      held,
    );
  });
  if (pod.faultCount > 0) return;
  for (const key of ["containers", "initContainers", "resources"]) {
    if (before[key] === undefined) delete rest[key];
    else rest[key] = before[key];
  }
  if (!jsonEqual(rest, before)) spec.forbidden("only cpu and memory resources are mutable");
}

function checkContainerResize(container: Place, before: Fields): void {
  for (const [list, what] of Object.entries(listNames)) {
    const amounts = container.at("resources", list);
    if (isRemoved(amounts.fields, at(before, "resources", list))) {
      amounts.forbidden(`resource ${what} cannot be removed`);
    }
  }
}

function checkInitResize(container: Place, before: Fields): void {
  if (!jsonEqual(withoutResize(container.fields, before), plain(before))) {
    container.forbidden("only cpu and memory resources for init or sidecar containers are mutable");
  }
  const isSidecar = container.at("restartPolicy").text === "Always";
  if (isSidecar || jsonEqual(container.value, before)) return;
  for (const policy of container.at("resizePolicy").items()) {
    if (policy.at("restartPolicy").text === "RestartContainer") {
      container.forbidden(
        "non-sidecar init containers with a resize policy of RestartContainer cannot be resized",
      );
    }
  }
}

function withoutResize(container: Fields, before: Fields): Fields {
  const { claims: _claims, ...resources } = at(container, "resources");
  return { ...container, resources: withHeldCompute(resources, at(before, "resources")) };
}

function plain(container: Fields): Fields {
  return { ...container, resources: withHeldCompute(at(container, "resources"), at(container, "resources")) };
}
