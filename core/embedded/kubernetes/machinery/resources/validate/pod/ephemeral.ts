import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { faultsAt } from "../../../validate/place.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import { mirrorAnnotation } from "./annotations.ts";
import { checkPod } from "./pod.ts";

/** Everything wrong with containers put into a running Pod: they can be added, and that only. */
export function validateEphemeralContainers(pod: Fields, stored: Fields): readonly FieldFault[] {
  if (at(stored, "metadata", "annotations")[mirrorAnnotation] !== undefined) {
    return faultsAt("", pod, (place) =>
      place.root().forbidden("static pods do not support ephemeral containers"),
    );
  }
  return faultsAt("", pod, checkPod, (place) => {
    const list = place.at("spec", "ephemeralContainers");
    const now = new Map(
      each(place.at("spec").value, "ephemeralContainers").map((one) => [text(one, "name"), one]),
    );
    for (const held of each(at(stored, "spec"), "ephemeralContainers")) {
      const name = text(held, "name");
      const existing = `existing ephemeral containers ${JSON.stringify(name)} may not be`;
      const container = now.get(name);
      if (container === undefined) list.forbidden(`${existing} removed\n`);
      else if (!jsonEqual(held, container)) list.forbidden(`${existing} changed`);
    }
  });
}
