import { at, type Fields } from "./fields.ts";

/** What is said of an APIService whose group this server itself serves; of another one nothing is known yet. */
export function setApiServiceStatus(apiService: Fields): void {
  if (at(apiService, "spec")["service"] !== undefined) {
    apiService["status"] = {};
    return;
  }
  const condition = {
    type: "Available",
    status: "True",
    lastTransitionTime: at(apiService, "metadata")["creationTimestamp"],
    reason: "Local",
    message: "Local APIServices are always available",
  };
  apiService["status"] = { conditions: [condition] };
}
