import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { at, type Fields, number, text } from "../fields.ts";

const roundTripAnnotation = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

/** Everything wrong with what a PriorityLevelConfiguration says itself. */
export function validatePriorityLevel(level: Fields): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (at(level, "metadata", "annotations")[roundTripAnnotation] !== undefined) {
    const why = `annotation '${roundTripAnnotation}' is forbidden`;
    faults.push(forbidden("metadata.annotations", why));
  }
  const spec = at(level, "spec");
  const type = text(spec, "type");
  const isExempt = text(at(level, "metadata"), "name") === "exempt";
  if (isExempt !== (type === "Exempt"))
    faults.push(invalidValue("spec.type", type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  return [...faults, ...validateType(spec, type)];
}

function validateType(spec: Fields, type: string): readonly FieldFault[] {
  const { exempt, limited } = spec;
  switch (type) {
    case "Exempt":
      return [
        ...(limited === undefined
          ? []
          : [forbidden("spec.limited", "must be nil if the type is not Limited")]),
        ...(exempt === undefined ? [] : validateShares(at(spec, "exempt"), "spec.exempt")),
      ];
    case "Limited":
      return [
        ...(exempt === undefined ? [] : [forbidden("spec.exempt", "must be nil if the type is Limited")]),
        ...(limited === undefined
          ? [required("spec.limited", "must not be empty when type is Limited")]
          : validateLimited(at(spec, "limited"))),
      ];
    case "":
      return [required("spec.type")];
    default:
      return [unsupported("spec.type", type, ["Exempt", "Limited"])];
  }
}

function validateShares(shares: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const nominal = number(shares, "nominalConcurrencyShares") ?? 0;
  const lendable = number(shares, "lendablePercent") ?? 0;
  if (nominal < 0)
    faults.push(invalidValue(`${path}.nominalConcurrencyShares`, nominal, "must be a non-negative integer"));
  if (lendable < 0 || lendable > 100)
    faults.push(invalidValue(`${path}.lendablePercent`, lendable, "must be between 0 and 100, inclusive"));
  return faults;
}

function validateLimited(limited: Fields): readonly FieldFault[] {
  const path = "spec.limited";
  const faults = [...validateShares(limited, path)];
  const borrowing = number(limited, "borrowingLimitPercent") ?? 0;
  if (borrowing < 0) {
    const why = "if specified, must be a non-negative integer";
    faults.push(invalidValue(`${path}.borrowingLimitPercent`, borrowing, why));
  }
  return [...faults, ...validateResponse(at(limited, "limitResponse"), `${path}.limitResponse`)];
}

function validateResponse(response: Fields, path: string): readonly FieldFault[] {
  const { queuing } = response;
  const type = text(response, "type");
  switch (type) {
    case "Reject":
      return queuing === undefined
        ? []
        : [forbidden(`${path}.queuing`, "must be nil if limited.limitResponse.type is not Limited")];
    case "Queue":
      return queuing === undefined
        ? [required(`${path}.queuing`, "must not be empty if limited.limitResponse.type is Limited")]
        : validateQueuing(at(response, "queuing"), `${path}.queuing`);
    case "":
      return [required(`${path}.type`)];
    default:
      return [unsupported(`${path}.type`, type, ["Queue", "Reject"])];
  }
}

const mostQueues = 10_000_000;
const mostHashBits = 60;

function validateQueuing(queuing: Fields, path: string): readonly FieldFault[] {
  const [limit, queues, hand] = ["queueLengthLimit", "queues", "handSize"].map(
    (key) => number(queuing, key) ?? 0,
  ) as [number, number, number];
  const faults: FieldFault[] = [];
  const refuse = (key: string, value: number, why: string) =>
    faults.push(invalidValue(`${path}.${key}`, value, why));
  if (limit <= 0) refuse("queueLengthLimit", limit, "must be positive");
  if (queues <= 0) refuse("queues", queues, "must be positive");
  else if (queues > mostQueues) refuse("queues", queues, `must not be greater than ${mostQueues}`);
  const bits = entropyBits(queues, hand);
  if (hand <= 0) refuse("handSize", hand, "must be positive");
  else if (hand > queues) refuse("handSize", hand, `should not be greater than queues (${queues})`);
  else if (bits > mostHashBits) {
    const why = `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${mostHashBits}`;
    refuse("handSize", hand, why);
  }
  return faults;
}

/** Bits of a hash that a hand dealt of so many queues takes. */
function entropyBits(queues: number, hand: number): number {
  return Math.ceil(Math.log2(queues) * hand);
}
