import { CatalystError } from "@catalyst/base/errors";
import type { PodIdentity } from "@catalyst/ports/containers";
import { identityFrom, label } from "./labels.ts";

/** What a line of the stream is: an event, or why podman ends it, since its status was sent long before. */
interface Line {
  readonly Actor?: { readonly Attributes?: Record<string, string> };
  readonly message?: string;
  readonly response?: number;
}

/**
 * Gives the Pods of an event stream: an event carries its container's labels. Throws `podman-failed` where podman
 * gives up the stream, as it does when it reads an event that is being written (podman 4.3, nxadm/tail 1.4.8).
 */
export async function* podsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<PodIdentity> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      const { Actor, message, response } = JSON.parse(line) as Line;
      if (response !== undefined)
        throw new CatalystError("podman-failed", `podman ends its events: ${message ?? response}`);
      const attributes = Actor?.Attributes ?? {};
      if (attributes[label.uid] !== undefined) yield identityFrom(attributes);
    }
  }
}
