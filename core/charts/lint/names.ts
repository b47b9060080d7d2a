const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const serviceLabel = "[a-z]([-a-z0-9]*[a-z0-9])?";

/** A rule for names: what they must look like and how long they may be, in Kubernetes' words. */
interface NameRule {
  readonly pattern: string;
  readonly limit: number;
  readonly text: string;
}

const subdomainRule: NameRule = {
  pattern: subdomain,
  limit: 253,
  text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '",
};
const labelRule: NameRule = {
  pattern: label,
  limit: 63,
  text: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '",
};
const serviceRule: NameRule = {
  pattern: serviceLabel,
  limit: 63,
  text: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '",
};

/** Gives what Kubernetes would say of an object's name; undefined when it is fine for its kind. */
export function nameProblem(name: string, kind: string): string | undefined {
  const shown = JSON.stringify(name);
  const problems = problemsOf(name, kind.toLowerCase()).map(
    (problem) => `metadata.name: Invalid value: ${shown}: ${problem}`,
  );
  if (problems.length === 0) return undefined;
  const all = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  return `object name does not conform to Kubernetes naming requirements: ${shown}: ${all}`;
}

function problemsOf(name: string, kind: string): string[] {
  if (/^(cluster)?role(binding)?$/.test(kind)) return segmentProblems(name);
  switch (kind) {
    case "certificatesigningrequest":
      return [];
    case "service":
      return broken(name, serviceRule);
    case "namespace":
      if (new RegExp(`^${subdomain}$`).test(name) && name.includes(".")) {
        return [...tooLong(name, labelRule), "must not contain dots"];
      }
      return broken(name, labelRule);
    default:
      return broken(name, subdomainRule);
  }
}

function broken(name: string, rule: NameRule): string[] {
  const fits = new RegExp(`^${rule.pattern}$`).test(name);
  return [...tooLong(name, rule), ...(fits ? [] : [`${rule.text}${rule.pattern}')`])];
}

function tooLong(name: string, { limit }: NameRule): string[] {
  return name.length > limit ? [`must be no more than ${limit} characters`] : [];
}

/** Names that are only a part of a path. */
function segmentProblems(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}
