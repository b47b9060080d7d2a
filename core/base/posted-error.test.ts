import { describe, expect, it } from "vitest";
import { CatalystError, describeError } from "./errors.ts";
import { postedError, raisedError } from "./posted-error.ts";

/** What an error is after it crossed between two threads. */
function crossed(error: unknown): Error {
  return raisedError(structuredClone(postedError(error)));
}

describe("an error that crosses threads", () => {
  it("keeps code, place, hint, details and cause", () => {
    const error = new CatalystError("chart-invalid", "no name", {
      place: { file: "Chart.yaml", line: 3, field: "name" },
      hint: "Give it one.",
      details: { chart: "site" },
      cause: new CatalystError("yaml-invalid", "not YAML"),
    });
    const back = crossed(error);
    expect(back).toBeInstanceOf(CatalystError);
    expect(back).toMatchObject({
      code: "chart-invalid",
      place: { file: "Chart.yaml", line: 3, field: "name" },
      details: { chart: "site" },
      cause: { code: "yaml-invalid" },
    });
    expect(describeError(back)).toBe(describeError(error));
  });

  it("keeps where an unforeseen one came from, and makes no CatalystError of it", () => {
    const error = new TypeError("x is not a function");
    const back = crossed(error);
    expect(back).not.toBeInstanceOf(CatalystError);
    expect(back).toMatchObject({ message: "x is not a function", stack: error.stack });
  });

  it("takes what isn't an Error by its text, and ends a circle of causes", () => {
    expect(crossed("no").message).toBe("no");
    const error = new Error("round");
    error.cause = error;
    expect(crossed(error).message).toBe("round");
  });
});
