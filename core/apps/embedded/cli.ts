import { run } from "./cli/run.ts";
import { commandTable } from "./cli/table.ts";

await run(commandTable);
