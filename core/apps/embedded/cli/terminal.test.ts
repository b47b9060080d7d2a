import { systemClock } from "@catalyst/base/clock";
import { expect, test } from "vitest";
import { createTerminal } from "./terminal.ts";

function saidTo(stream: { readonly isTTY?: boolean }, text: string): string {
  let said = "";
  const stderr = { ...stream, write: (part: string) => (said += part) };
  createTerminal({ json: false, stdout: stderr, stderr, clock: systemClock }).error(text);
  return said;
}

test("an error can't act on the terminal it is shown on", () => {
  expect(saidTo({ isTTY: true }, "one\n\x1b[2J\ttwo\u009b1m")).toBe("catalyst: one\n\\x1b[2J\ttwo\\x9b1m\n");
});

test("an error reaches a file as it is", () => {
  expect(saidTo({}, "\x1b[2J")).toBe("catalyst: \x1b[2J\n");
});
