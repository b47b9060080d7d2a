import type { Place } from "../../../validate/place.ts";

const mostRules = 20;
const mostCodes = 255;

/** Checks whether a container is started again, by a rule of its own. */
export function checkRestartRules(container: Place): void {
  const policy = container.at("restartPolicy");
  const rules = container.at("restartPolicyRules");
  if (policy.isSet) policy.isOneOf(["Always", "Never", "OnFailure"]);
  else if (rules.size > 0) policy.required("must specify restartPolicy when restart rules are used");
  if (rules.size > mostRules) rules.tooMany(mostRules);
  for (const rule of rules.items()) {
    rule.at("action").isOneOf(["Restart", "RestartAllContainers"]);
    const codes = rule.at("exitCodes");
    if (!codes.isSet) {
      codes.required("must be specified");
      continue;
    }
    codes.at("operator").isOneOf(["In", "NotIn"]);
    if (codes.at("values").size > mostCodes) codes.at("values").tooMany(mostCodes);
  }
}
