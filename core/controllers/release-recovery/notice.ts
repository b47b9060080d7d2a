import type { Notice } from "@catalyst/model/application";
import type { HelmRelease } from "@catalyst/ports/flux";
import { correctedAtAnnotation, toggledAtAnnotation } from "./settings.ts";

/** What Helm deploys later than this after a correction, in milliseconds, owes it nothing. */
const consequence = 60 * 60_000;

/**
 * What people who look at an Application are told of its release's recovery: until a later one is deployed, and nothing
 * where there was none.
 */
export function recoveryNotice({ metadata, status }: HelmRelease): Notice | undefined {
  const deployed = Date.parse(status?.history?.[0]?.lastDeployed ?? "");
  const told = [
    {
      time: metadata.annotations?.[correctedAtAnnotation],
      sentence: "Helm had deployed it, but nobody had noted so: its release was marked as ready by recovery.",
    },
    {
      time: metadata.annotations?.[toggledAtAnnotation],
      sentence: "Nobody worked on its installation any more: recovery had Flux take it up again.",
    },
  ];
  const notices = told.flatMap(({ time, sentence }) => {
    const at = Date.parse(time ?? "");
    const isOver = Number.isNaN(at) || deployed > at + consequence;
    return time === undefined || isOver ? [] : [{ time, sentence }];
  });
  return notices.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))[0];
}
