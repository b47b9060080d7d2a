import { observed, type PodFacts, tellFailureFor } from "./decide.ts";
import { fullName } from "./names.ts";
import { restartAt, restartsAfter } from "./restart.ts";
import { type PodWork, say } from "./work.ts";

/** Says in events which containers wait before they are tried again; each wait once. */
export function tellWaits(work: PodWork, facts: PodFacts): void {
  const { pod, memory, observation, now } = facts;
  if (pod.metadata.deletionTimestamp !== undefined) return;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const { name } = container;
    const obstacle = memory.obstacles.get(name);
    if (obstacle?.reason === "ErrImagePull" && now >= obstacle.failedAt + tellFailureFor) {
      if (!isNew(memory.told, name, `image ${obstacle.failures}`)) continue;
      say(work, "Normal", "BackOff", `Back-off pulling image "${container.image}"`, container);
      say(work, "Warning", "Failed", "Error: ImagePullBackOff", container);
    }
    const present = observed(observation, container);
    if (obstacle !== undefined || present?.state !== "exited" || restartAt(memory, present) <= now) continue;
    if (!restartsAfter(pod, container, present.exitCode ?? 0)) continue;
    if (!isNew(memory.told, name, `restart ${present.attempt}`)) continue;
    const message = `Back-off restarting failed container ${name} in pod ${fullName(pod)}`;
    say(work, "Warning", "BackOff", message, container);
  }
}

function isNew(told: Map<string, string>, container: string, wait: string): boolean {
  const isKnown = told.get(container) === wait;
  told.set(container, wait);
  return !isKnown;
}
