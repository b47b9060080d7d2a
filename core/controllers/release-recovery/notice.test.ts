import { expect, test } from "vitest";
import { recoveryNotice } from "./notice.ts";
import { correctedAtAnnotation, toggledAtAnnotation } from "./settings.ts";
import { ago, snapshot, stuckRelease } from "./testing/releases.ts";

const noticed = (annotations: Record<string, string>, lastDeployed = ago(20)) =>
  recoveryNotice(
    stuckRelease({
      metadata: { annotations },
      status: { history: [{ ...snapshot(), lastDeployed }] },
    }),
  );

test.each([
  ["nothing was done", {}, undefined, undefined],
  ["Ready was corrected", { [correctedAtAnnotation]: ago(5) }, undefined, ago(5)],
  ["its install was taken up, and ended since", { [toggledAtAnnotation]: ago(15) }, ago(14), ago(15)],
  [
    "the newer of two",
    { [toggledAtAnnotation]: ago(15), [correctedAtAnnotation]: ago(5) },
    undefined,
    ago(5),
  ],
  ["a later version was deployed", { [correctedAtAnnotation]: ago(300) }, ago(1), undefined],
  ["an annotation that is no time", { [correctedAtAnnotation]: "yes" }, undefined, undefined],
])("%s", (_, annotations, deployed, time) => expect(noticed(annotations, deployed)?.time).toBe(time));
