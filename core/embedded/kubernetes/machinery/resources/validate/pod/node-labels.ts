import { labelValue } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";

/** Labels of nodes that have other names now, and what is said of them. */
export const deprecatedLabels: ReadonlyMap<string, string> = new Map([
  ["beta.kubernetes.io/arch", 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ["beta.kubernetes.io/os", 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    "failure-domain.beta.kubernetes.io/region",
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    "failure-domain.beta.kubernetes.io/zone",
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    "beta.kubernetes.io/instance-type",
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
  ["app.kubernetes.io/created-by", "deprecated since v1.9"],
  [
    "scheduler.alpha.kubernetes.io/preferAvoidPods",
    "deprecated since v1.22; use Taints and Tolerations instead",
  ],
  ["node-role.kubernetes.io/master", 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What a writer is told of a term that selects nodes. */
export function nodeTermWarnings(term: Place, checksValues: boolean): readonly string[] {
  return term
    .at("matchExpressions")
    .items()
    .flatMap((expression) => {
      const key = expression.at("key");
      const message = deprecatedLabels.get(key.text);
      const values = checksValues ? expression.at("values").items() : [];
      return [
        ...(message === undefined ? [] : [`${key.path}: ${key.text} is ${message}`]),
        ...values.flatMap((value) =>
          labelValue(value.text).map((fault) => `${value.path}: ${value.text} is invalid, ${fault}`),
        ),
      ];
    });
}
