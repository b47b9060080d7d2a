import { recordedEntries } from "../cluster/recorded-entries.ts";
import type { SharedEntries } from "../storage/storage.ts";
import { flowControlGroup } from "./flow.ts";

const kinds = { flowschemas: "FlowSchema", prioritylevelconfigurations: "PriorityLevelConfiguration" };

/** The FlowSchemas and PriorityLevelConfigurations every cluster begins with. */
export function defaultFlows(createdAt: string): SharedEntries {
  return recordedEntries("default-flows.generated.json", flowControlGroup, kinds, createdAt);
}
