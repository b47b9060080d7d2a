import type { ReleaseRecord } from "@catalyst/charts/records";
import type { ActionResult } from "./action.ts";
import type { ActionContext } from "./context.ts";
import { runHooks } from "./hooks.ts";
import { selectsTest } from "./settings.ts";

/** Runs a release's test hooks; what became of them is stored before any is deleted. Source: Helm's ReleaseTesting. */
export async function testRelease(context: ActionContext, last: ReleaseRecord): Promise<ActionResult> {
  const { timeout, filters } = context.settings.test;
  const run = await runHooks(context, last, {
    event: "test",
    isServerSide: last.applyMethod === "ssa",
    timeout,
    wait: true,
    takesPart: ({ name }) => selectsTest(filters, name),
  });
  await context.storage.update(run.record);
  // whether the hooks can be deleted changes nothing of what they came to
  await run.clean().catch(() => undefined);
  return { records: context.storage.takeWritten(), objects: undefined, error: run.error };
}
