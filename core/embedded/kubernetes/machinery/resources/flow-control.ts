import type { Fields } from "./fields.ts";

/*
 * What every server's flow control begins with, and nobody may change. Source: Kubernetes'
 * `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`.
 */

function group(name: string): Fields {
  return { kind: "Group", group: { name } };
}

const everything: Fields = {
  resourceRules: [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] },
  ],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};

/** The specs of the FlowSchemas there always are, by name. */
export const mandatoryFlowSchemas: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  [
    "exempt",
    {
      priorityLevelConfiguration: { name: "exempt" },
      matchingPrecedence: 1,
      rules: [{ subjects: [group("system:masters")], ...everything }],
    },
  ],
  [
    "catch-all",
    {
      priorityLevelConfiguration: { name: "catch-all" },
      matchingPrecedence: 10_000,
      distinguisherMethod: { type: "ByUser" },
      rules: [{ subjects: [group("system:unauthenticated"), group("system:authenticated")], ...everything }],
    },
  ],
]);

/** The specs of the PriorityLevelConfigurations there always are, by name. */
export const mandatoryPriorityLevels: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ["exempt", { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }],
  [
    "catch-all",
    {
      type: "Limited",
      limited: { nominalConcurrencyShares: 5, limitResponse: { type: "Reject" }, lendablePercent: 0 },
    },
  ],
]);
