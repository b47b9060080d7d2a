import type { ColumnDefinition, ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";

/** The columns of a kind's Table (meta/v1), as upstream heads them. */
export function tableColumns(kind: ResourceKind): readonly ColumnDefinition[] {
  return unfinished(`tableColumns ${kind.kind}`);
}

/** An object's cells, one per column. `now` (milliseconds since the epoch) is what ages count from. */
export function tableCells(kind: ResourceKind, object: KubeObject, now: number): readonly unknown[] {
  return unfinished(`tableCells ${kind.kind} ${object} ${now}`);
}
