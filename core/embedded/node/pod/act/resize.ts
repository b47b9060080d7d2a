import type { Container } from "@catalyst/ports/kubernetes";
import type { PodWork } from "../work.ts";

/** Gives a running container the resources that its Pod asks for now. */
export async function resizeContainer(work: PodWork, container: Container): Promise<void> {
  await work.runtime.resizeContainer(work.identity, container);
  work.memory.resources.set(container.name, container.resources ?? {});
}
