import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { duplicate } from "../../validate/faults.ts";
import { validateLabels } from "../../validate/metadata.ts";
import { dnsLabel } from "../../validate/names.ts";
import { faultsAt } from "../../validate/place.ts";
import { at, each, type Fields, text } from "../fields.ts";
import { requiredByRule, unchanged } from "./checks.ts";
import { labelWarnings } from "./node-labels.ts";
import { checkContainerResources } from "./pod/resources.ts";
import { checkTolerations } from "./pod/scheduling.ts";
import type { Validations } from "./types.ts";

function validateScheduling(scheduling: Fields): readonly FieldFault[] {
  const path = "scheduling.tolerations";
  const tolerations = each(scheduling, "tolerations");
  const keys = tolerations.map(({ tolerationSeconds: _seconds, ...key }) => key);
  const repeated = tolerations.flatMap((toleration, index) =>
    keys.findIndex((key) => jsonEqual(key, keys[index])) < index
      ? [duplicate(`${path}[${index}]`, toleration)]
      : [],
  );
  return [
    ...validateLabels(at(scheduling, "nodeSelector"), "scheduling.nodeSelector"),
    ...faultsAt(path, scheduling["tolerations"], checkTolerations),
    ...repeated,
  ];
}

/** Source: Kubernetes' `pkg/apis/node/validation`. */
export const nodeValidations: Validations = {
  RuntimeClass: {
    object: (runtimeClass) => [
      ...requiredByRule(dnsLabel, text(runtimeClass, "handler"), "handler"),
      ...faultsAt("overhead", { limits: at(runtimeClass, "overhead", "podFixed") }, (overhead) =>
        checkContainerResources(overhead, new Set()),
      ),
      ...validateScheduling(at(runtimeClass, "scheduling")),
    ],
    update: (runtimeClass, stored) => unchanged(runtimeClass, stored, "", "handler"),
    warnings: (runtimeClass) =>
      Object.keys(at(runtimeClass, "scheduling", "nodeSelector")).flatMap((key) =>
        labelWarnings(key, "scheduling.nodeSelector"),
      ),
  },
};
