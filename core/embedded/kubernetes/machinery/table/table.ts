import type { ColumnDefinition, ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import type { Fields } from "../resources/fields.ts";
import { kubernetesData } from "../schema/data.ts";
import { autoscalerCells } from "./autoscaler.ts";
import { type Cells, name } from "./cell.ts";
import { clusterCells } from "./cluster.ts";
import { controlPlaneCells } from "./control-plane.ts";
import { customCells } from "./custom.ts";
import { networkCells } from "./network.ts";
import { podCells } from "./pod.ts";
import { schedulingCells } from "./scheduling.ts";
import { storageCells } from "./storage.ts";
import { workloadCells } from "./workloads.ts";

const builtinCells: Readonly<Record<string, Cells>> = {
  Pod: podCells,
  HorizontalPodAutoscaler: autoscalerCells,
  ...workloadCells,
  ...networkCells,
  ...storageCells,
  ...clusterCells,
  ...schedulingCells,
  ...controlPlaneCells,
};

const nameColumn: ColumnDefinition = column(["Name", "string", "name", 0]);

/** For kinds upstream has no columns for. */
const plainColumns: readonly ColumnDefinition[] = [nameColumn, column(["Created At", "date", "", 0])];

function column([name, type, format, priority]: readonly [string, string, string, number]): ColumnDefinition {
  return { name, type, format, description: "", priority };
}

const columns = new WeakMap<ResourceKind, readonly ColumnDefinition[]>();

/** The columns of a kind's Table (meta/v1), as upstream heads them. The same array each time. */
export function tableColumns(kind: ResourceKind): readonly ColumnDefinition[] {
  let found = columns.get(kind);
  if (found === undefined) {
    found = kind.custom === undefined ? builtinColumns(kind) : customColumns(kind.custom.columns);
    columns.set(kind, found);
  }
  return found;
}

/** Of a kind whose columns are kube-aggregator's, not those of Kubernetes' printers. */
const apiServiceColumns = [
  ["Name", "string", "name", 0],
  ["Service", "string", "", 0],
  ["Available", "string", "", 0],
  ["Age", "string", "", 0],
] as const;

function columnsOf(kind: string) {
  return kind === "APIService" ? apiServiceColumns : kubernetesData().columns[kind];
}

function builtinColumns(kind: ResourceKind): readonly ColumnDefinition[] {
  const known = columnsOf(kind.kind);
  return known === undefined || builtinCells[kind.kind] === undefined ? plainColumns : known.map(column);
}

function customColumns(stated: readonly ColumnDefinition[]): readonly ColumnDefinition[] {
  return [
    nameColumn,
    ...stated.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
  ];
}

/** An object's cells, one per column. `now` (milliseconds since the epoch) is what ages count from. */
export function tableCells(kind: ResourceKind, object: KubeObject, now: number): readonly unknown[] {
  const fields = object as unknown as Fields;
  if (kind.custom !== undefined) return customCells(kind.custom, fields, now);
  const cells = columnsOf(kind.kind) === undefined ? undefined : builtinCells[kind.kind];
  return cells?.(fields, now) ?? [name(fields), object.metadata.creationTimestamp ?? null];
}
