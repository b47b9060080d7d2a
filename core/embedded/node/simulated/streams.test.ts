import { systemClock } from "@catalyst/base/clock";
import { expect, test } from "vitest";
import { SimulatedRuntime } from "./runtime.ts";

test.each(["openExec", "openAttach", "openDialer"] as const)(
  "%s says that nothing runs, and how to make it",
  async (method) => {
    const runtime = new SimulatedRuntime({ clock: systemClock });
    await expect(runtime[method]()).rejects.toMatchObject({
      code: "node-simulated",
      message: expect.stringContaining("./catalyst up --runtime podman"),
    });
  },
);
