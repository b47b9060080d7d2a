import { type OperationRecord, Operations } from "@catalyst/api";
import type { Clock } from "@catalyst/base/clock";
import type { EventSpine } from "@catalyst/ports/events";
import type { Tables } from "@catalyst/ports/tables";

/** Where operations were kept before there were tables. */
const formerBucket = "api-operations";

/** Records taken over at once. */
const batch = 500;

/** Opens the operations, and takes over those that an earlier version left in a bucket. */
export async function openOperations(
  { spine, tables }: { readonly spine: EventSpine; readonly tables: Tables },
  clock: Clock,
): Promise<Operations> {
  const operations = new Operations(tables, clock);
  const former = await spine.bucket(formerBucket);
  const records: OperationRecord[] = [];
  for await (const { value } of former.entries()) {
    records.push(value as OperationRecord);
    if (records.length === batch) await operations.adopt(records.splice(0));
  }
  if (records.length > 0) await operations.adopt(records.splice(0));
  await spine.removeBucket(formerBucket);
  return operations;
}
