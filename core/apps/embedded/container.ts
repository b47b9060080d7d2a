import { portableCommands } from "./cli/portable-commands.ts";
import { run } from "./cli/run.ts";

// What the container image starts: scripts/image.
await run(portableCommands);
