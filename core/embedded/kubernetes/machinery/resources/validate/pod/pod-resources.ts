import type { Place } from "../../../validate/place.ts";
import { aggregated } from "../../pod-requests.ts";
import { checkPodResources, isHugePages, nanos } from "./resources.ts";

/** Checks what a Pod as a whole may use, and that its containers fit into it. */
export function checkPodLevelResources(spec: Place, claims: ReadonlySet<string>): void {
  const resources = spec.at("resources");
  if (!resources.isSet) return;
  if (spec.at("os", "name").text === "windows") {
    resources.forbidden("may not be set for a windows pod");
    return;
  }
  if (resources.at("claims").isSet) {
    resources.at("claims").forbidden("claims may not be set for Resources at pod-level");
  }
  checkPodResources(resources, claims);
  checkFits(spec, resources);
}

function checkFits(spec: Place, resources: Place): void {
  for (const [name, sum] of aggregated(spec.fields, "requests")) {
    const request = resources.at("requests").entry(name);
    if (request.isSet && nanos(sum) > nanos(request.value)) {
      request.invalid(`must be greater than or equal to aggregate container requests of ${sum}`);
    }
  }
  for (const [name, sum] of aggregated(spec.fields, "limits")) {
    const limit = resources.at("limits").entry(name);
    if (isHugePages(name) && limit.isSet && nanos(sum) > nanos(limit.value)) {
      limit.invalid(`must be greater than or equal to aggregate container limits of ${sum}`);
    }
  }
  spec
    .at("containers")
    .items()
    .forEach((container, index) => {
      for (const [name, limit] of container.at("resources", "limits").entries()) {
        const most = resources.at("limits").entry(name).value;
        if (most === undefined || nanos(limit.value) <= nanos(most)) continue;
        const place = resources
          .called("containers", undefined)
          .counted(index, undefined)
          .keyed(name, undefined);
        place
          .called("limits", limit.value)
          .invalid(`must be less than or equal to pod limits of ${String(most)}`);
      }
    });
}
