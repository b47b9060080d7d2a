import { describe, expect, test } from "vitest";
import { commandTable } from "./table.ts";

describe.each(commandTable.map((entry) => [entry.name, entry] as const))("the command %s", (name, entry) => {
  test("loads, and has an example that begins with its name", async () => {
    const command = await entry.load();
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(example).toContain(`./catalyst ${name}`);
  });

  test("has a summary that fits on a line and isn't a sentence with a full stop", () => {
    expect(entry.summary.length).toBeLessThan(80);
    expect(entry.summary).not.toMatch(/\.$/);
  });
});

test("no command stands in the table twice", () => {
  const names = commandTable.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
