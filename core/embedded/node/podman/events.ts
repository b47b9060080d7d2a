import type { PodIdentity } from "@catalyst/ports/containers";
import { identityFrom, label } from "./labels.ts";

/** Gives the Pods of an event stream: an event carries its container's labels. */
export async function* podsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<PodIdentity> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      const event = JSON.parse(line) as { readonly Actor?: { readonly Attributes?: Record<string, string> } };
      const attributes = event.Actor?.Attributes ?? {};
      if (attributes[label.uid] !== undefined) yield identityFrom(attributes);
    }
  }
}
