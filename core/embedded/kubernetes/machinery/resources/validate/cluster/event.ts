import type { FieldFault } from "../../../status.ts";
import { dnsSubdomain, qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import type { Fields } from "../../fields.ts";

const wrongNamespace = "does not match event.namespace";

/** Everything wrong with an Event of the core group. */
export function validateEvent(event: Fields): readonly FieldFault[] {
  return faultsAt("", event, (place) => {
    const namespace = place.at("metadata", "namespace").text;
    const involved = place.at("involvedObject", "namespace");
    if (place.at("eventTime").isSet) checkModern(place, involved, namespace);
    else if (involved.text === "" ? !["", "default"].includes(namespace) : involved.text !== namespace) {
      involved.invalid(wrongNamespace, involved.text);
    }
    place.called("namespace", namespace).follows(dnsSubdomain);
  });
}

const longest: Readonly<Record<string, number>> = { reportingInstance: 128, action: 128, reason: 128 };
const longestMessage = 1024;

/** An Event with a time says who reports what. */
function checkModern(event: Place, involved: Place, namespace: string): void {
  if (involved.text === "" && !["default", "kube-system"].includes(namespace)) {
    involved.invalid(wrongNamespace, involved.text);
  }
  const reporter = event.at("reportingComponent");
  reporter.isNeeded();
  reporter.follows(qualifiedName);
  for (const [key, limit] of Object.entries(longest)) {
    const field = event.at(key);
    field.isNeeded();
    if (field.text.length > limit) field.invalid(`can have at most ${limit} characters`, "");
  }
  const message = event.at("message");
  if (message.text.length > longestMessage) {
    message.invalid(`can have at most ${longestMessage} characters`, "");
  }
}
