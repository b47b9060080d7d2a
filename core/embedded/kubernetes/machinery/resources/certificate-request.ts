import { at, each, type Fields, text } from "./fields.ts";
import type { Strategy } from "./strategy.ts";

/** Only its approval and its status change a request: what is asked for stays. Source: upstream's strategy. */
export const certificateRequestStrategy: Strategy = {
  update: (request, stored) => {
    request["spec"] = stored["spec"];
  },
  subresources: {
    approval: (request, stored, now) => {
      const conditions = timed(request, stored, now);
      request["spec"] = stored["spec"];
      request["status"] = { ...at(stored, "status"), ...conditions };
    },
    status: (request, stored, now) => {
      request["spec"] = stored["spec"];
      keepJudgements(request, stored);
      request["status"] = { ...at(request, "status"), ...timed(request, stored, now) };
    },
  },
};

function conditionsOf(request: Fields): readonly Fields[] {
  return each(at(request, "status"), "conditions");
}

/** The signer gives back what approved it as it was, unless it took some of it away, which is refused. */
function keepJudgements(request: Fields, stored: Fields): void {
  let conditions = conditionsOf(request);
  for (const type of ["Approved", "Denied"]) {
    const before = conditionsOf(stored).filter((condition) => condition["type"] === type);
    const count = conditions.filter((condition) => condition["type"] === type).length;
    if (count !== before.length) continue;
    let place = 0;
    conditions = conditions.map((condition) =>
      condition["type"] === type ? (before[place++] as Fields) : condition,
    );
  }
  if (conditions.length > 0) request["status"] = { ...at(request, "status"), conditions };
}

/** The conditions with the times a writer left out. */
function timed(request: Fields, stored: Fields, now: string): { conditions?: readonly Fields[] } {
  const given = at(request, "status")["conditions"];
  if (given === undefined) return {};
  const conditions = conditionsOf(request).map((condition) => {
    const before = conditionsOf(stored).find(
      (old) => old["type"] === condition["type"] && old["status"] === condition["status"],
    );
    return {
      ...condition,
      lastUpdateTime: text(condition, "lastUpdateTime") || now,
      lastTransitionTime:
        text(condition, "lastTransitionTime") || text(before ?? {}, "lastTransitionTime") || now,
    };
  });
  return { conditions };
}
