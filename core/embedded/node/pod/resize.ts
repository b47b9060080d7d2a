import { jsonEqual } from "@catalyst/base/json";
import type { Container } from "@catalyst/ports/kubernetes";
import { type PodFacts, statusBefore } from "./decide.ts";

/** The resources that a running container has been given. */
export function resourcesInUse({ pod, memory }: PodFacts, container: Container): Container["resources"] {
  const known = memory.resources.get(container.name);
  return known ?? statusBefore(pod, container)?.resources ?? container.resources;
}

/** How a running container gets what its Pod asks for now: as its `resizePolicy` says, where that has changed. */
export function resizeOf(facts: PodFacts, container: Container): "none" | "in-place" | "restart" {
  const [has, wants] = [resourcesInUse(facts, container), container.resources];
  const changed = ["cpu", "memory"].filter(
    (name) =>
      !jsonEqual(has?.limits?.[name] ?? null, wants?.limits?.[name] ?? null) ||
      !jsonEqual(has?.requests?.[name] ?? null, wants?.requests?.[name] ?? null),
  );
  if (changed.length === 0) return "none";
  const policies = (container["resizePolicy"] ?? []) as readonly ResizePolicy[];
  const restarts = policies.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === "RestartContainer" && changed.includes(resourceName),
  );
  return restarts ? "restart" : "in-place";
}

interface ResizePolicy {
  readonly resourceName: string;
  readonly restartPolicy: string;
}
