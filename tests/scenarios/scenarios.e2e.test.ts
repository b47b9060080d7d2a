import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startSovereign } from "../sovereign/sovereign.ts";
import { needsBrowser } from "./page-command.ts";
import { parseScenario, printScenario, steady } from "./scenario.ts";
import { openShell } from "./shell.ts";
import { browserObstacle } from "./visitor.ts";

const folder = import.meta.dirname;
const rewrite = process.env["CATALYST_REWRITE"] === "1";

describe("a scenario on a new Sovereign", () => {
  test.for(globSync("*.scenario.txt", { cwd: folder }).sort())(
    "%s",
    { timeout: 120_000 },
    async (name, { skip }) => {
      const file = join(folder, name);
      const expected = readFileSync(file, "utf8");
      const commands = parseScenario(expected);
      skip(
        browserObstacle !== undefined && commands.some(({ command }) => needsBrowser(command)),
        browserObstacle,
      );
      const sovereign = await startSovereign();
      const shell = await openShell(sovereign);
      try {
        const blocks = [];
        for (const block of commands) {
          blocks.push({ ...block, output: steady(await shell.run(block.command), shell.known) });
        }
        const found = printScenario(blocks);
        if (rewrite) writeFileSync(file, found);
        else expect(found).toBe(expected);
      } finally {
        await shell.close();
        await sovereign.stop();
      }
    },
  );
});
