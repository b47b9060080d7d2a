import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootstrapKit, lockstepProblems } from "./lockstep.ts";

const checkout = resolve(import.meta.dirname, "../..");

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "catalyst-lockstep-"));
  for (const folder of ["platform", "products", "clusters"].filter((name) =>
    existsSync(join(checkout, name)),
  ))
    cpSync(join(checkout, folder), join(copy, folder), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(copy, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(copy, file), text.replace(from, to));
}

test("every Blueprint's versions move together", () => {
  expect(lockstepProblems(checkout)).toEqual([]);
});

describe("the file to bump is named", () => {
  const manifest = "platform/flux/blueprint.yaml";
  const chart = "platform/flux/chart/Chart.yaml";
  const pin = `${bootstrapKit}/03-flux.yaml`;
  const places = [manifest, chart, pin];
  const now = versionIn(manifest);
  const raised = now.replace(/\d+/, (major) => String(Number(major) + 9));

  test.each(places)("where %s alone was forgotten", (forgotten) => {
    for (const file of places) if (file !== forgotten) edit(file, `version: ${now}`, `version: ${raised}`);
    expect(lockstepProblems(copy)).toEqual([
      `bump ${forgotten}: it says ${now} of bp-flux, which is ${raised}`,
    ]);
  });

  test("where one alone was raised, both others", () => {
    edit(manifest, `version: ${now}`, `version: ${raised}`);
    expect(lockstepProblems(copy)).toEqual([
      `bump ${chart}: it says ${now} of bp-flux, which is ${raised}`,
      `bump ${pin}: it says ${now} of bp-flux, which is ${raised}`,
    ]);
  });

  test("of a Blueprint that is in no kit", () => {
    const version = versionIn("platform/gitea/blueprint.yaml");
    edit("platform/gitea/chart/Chart.yaml", `version: ${version}`, "version: 99.0.0");
    expect(lockstepProblems(copy)).toEqual([
      `bump platform/gitea/blueprint.yaml: it says ${version} of bp-gitea, which is 99.0.0`,
    ]);
  });

  test("of the chart that is wrapped", () => {
    const version = versionIn("platform/flux/chart/Chart.lock");
    edit(chart, `version: ${version}`, "version: 99.0.0");
    expect(lockstepProblems(copy)).toEqual([
      `bump platform/flux/chart/Chart.lock: it says ${version} of the chart flux2, which is 99.0.0`,
      `bump platform/flux/chart/values.yaml: it says ${version} of the chart flux2, which is 99.0.0`,
    ]);
  });

  test("where a pin was taken out", () => {
    edit(pin, `version: ${now}`, "reconcileStrategy: ChartVersion");
    expect(lockstepProblems(copy)).toEqual([`bump ${pin}: it says nothing of bp-flux, which is ${now}`]);
  });

  test("where the kit pins what nobody has", () => {
    edit(pin, "chart: bp-flux", "chart: bp-fluxx");
    expect(lockstepProblems(copy)).toEqual([
      `${pin} pins bp-fluxx, and no folder of platform/ or products/ has it`,
    ]);
  });
});

/** The first version that a file of the checkout names. */
function versionIn(file: string): string {
  return /^ *version: (\S+)$/m.exec(readFileSync(join(checkout, file), "utf8"))?.[1] ?? "";
}
