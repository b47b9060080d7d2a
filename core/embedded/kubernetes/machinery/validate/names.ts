const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${subdomain}$`);
const qualifiedPattern = new RegExp(`^${qualified}$`);

/** Gives what is wrong with a text, in upstream's words; nothing when it is fine. */
export type NameRule = (text: string) => readonly string[];

function byPattern(text: string, pattern: RegExp, limit: number, message: string): readonly string[] {
  const faults: string[] = [];
  if (text.length > limit) faults.push(`must be no more than ${limit} characters`);
  if (!pattern.test(text)) faults.push(message);
  return faults;
}

function tooLong(limit: number): string {
  return `must be no more than ${limit} bytes`;
}

function regexMessage(message: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}'`).join(",  or ");
  return `${message} (e.g. ${shown}, regex used for validation is '${pattern}')`;
}

const labelMessage = regexMessage(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  "my-name",
  "123-abc",
);
const subdomainMessage = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  "example.com",
);
const underscoreLabel = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const underscoreSubdomain = `${underscoreLabel}(\\.${underscoreLabel})*`;
const underscorePattern = new RegExp(`^${underscoreSubdomain}$`);
const underscoreMessage = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  underscoreSubdomain,
  "example.com",
);
const qualifiedMessage = regexMessage(
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualified,
  "MyName",
  "my.name",
  "123-abc",
);
const labelValueMessage = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${qualified})?`,
  "MyValue",
  "my_value",
  "12345",
);

/** A DNS label (RFC 1123): namespaces, containers, volumes. */
export const dnsLabel: NameRule = (text) =>
  byPattern(text, labelPattern, 63, subdomainPattern.test(text) ? "must not contain dots" : labelMessage);

/** A DNS subdomain (RFC 1123): most objects. */
export const dnsSubdomain: NameRule = (text) => byPattern(text, subdomainPattern, 253, subdomainMessage);

const wildcardMessage = regexMessage(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  `\\*\\.${subdomain}`,
  "*.example.com",
);

/** A DNS subdomain below any one label: hosts of an Ingress. */
export const wildcardSubdomain: NameRule = (text) => {
  const faults = text.length > 253 ? [tooLong(253)] : [];
  return text.startsWith("*.") && subdomainPattern.test(text.slice(2))
    ? faults
    : [...faults, wildcardMessage];
};

const dns1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const dns1035Pattern = new RegExp(`^${dns1035}$`);
const dns1035Message = regexMessage(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  dns1035,
  "my-name",
  "abc-123",
);

/** A DNS label of RFC 1035, which begins with a letter: names of kinds and versions. */
export const dns1035Label: NameRule = (text) => byPattern(text, dns1035Pattern, 63, dns1035Message);

/** The same, where names may also have underscores: what a resolver looks in. */
export const searchDomain: NameRule = (text) => byPattern(text, underscorePattern, 253, underscoreMessage);

/** A path segment: RBAC objects may be named almost anything. */
export const pathSegment: NameRule = (text) => {
  if (text === "." || text === "..") return [`may not be '${text}'`];
  return ["/", "%"].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
};

/** `name` or `prefix/name`: keys of labels and annotations, finalizers. */
export const qualifiedName: NameRule = (text) => {
  const parts = text.split("/");
  if (parts.length > 2) {
    return [
      `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  const faults: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === "") faults.push("prefix part must be non-empty");
    else faults.push(...dnsSubdomain(parts[0] as string).map((fault) => `prefix part ${fault}`));
  }
  if (name === "") faults.push("name part must be non-empty");
  else if (name.length > 63) faults.push(`name part ${tooLong(63)}`);
  if (!qualifiedPattern.test(name)) faults.push(qualifiedMessage);
  return faults;
};

/** A label's value. */
export const labelValue: NameRule = (text) => {
  const faults: string[] = [];
  if (text.length > 63) faults.push(tooLong(63));
  if (text !== "" && !qualifiedPattern.test(text)) faults.push(labelValueMessage);
  return faults;
};

/** An environment variable's name, as far as a process can have it. */
export const environmentName: NameRule = (text) => {
  if (text === "") return ["environment variable name must be non-empty"];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(text)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

/** The name of an HTTP header. */
export const headerName: NameRule = (text) =>
  /^[-A-Za-z0-9]+$/.test(text)
    ? []
    : [
        regexMessage(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          "[-A-Za-z0-9]+",
          "X-Header-Name",
        ),
      ];

/** What may stand in the path of a URL. */
export const httpPath: NameRule = (text) =>
  /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(text)
    ? []
    : ["Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"];

/** A share: `25%`. */
export const percentage: NameRule = (text) =>
  /^[0-9]+%$/.test(text)
    ? []
    : [
        regexMessage(
          "a valid percent string must be a numeric string followed by an ending '%'",
          "[0-9]+%",
          "1%",
          "93%",
        ),
      ];

/** The number or name of a port: 1 to 65535. */
export function portNumber(value: number): readonly string[] {
  return value >= 1 && value <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];
}

/** An IANA service name, as ports are named. */
export const portName: NameRule = (text) => {
  const faults: string[] = [];
  if (text.length > 15) faults.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(text))
    faults.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(text)) faults.push("must contain at least one letter (a-z)");
  if (text.includes("--")) faults.push("must not contain consecutive hyphens");
  if (text.startsWith("-") || text.endsWith("-")) faults.push("must not begin or end with a hyphen");
  return faults;
};

/** The key of a ConfigMap or Secret. */
export const configKey: NameRule = (text) => {
  const faults: string[] = [];
  if (text.length > 253) faults.push("must be no more than 253 characters");
  if (!/^[-._a-zA-Z0-9]+$/.test(text)) {
    faults.push(
      regexMessage(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        "[-._a-zA-Z0-9]+",
        "key.name",
        "KEY_NAME",
        "key-name",
      ),
    );
  } else if (text === "." || text === "..") faults.push(`must not be '${text}'`);
  else if (text.startsWith("..")) faults.push("must not start with '..'");
  return faults;
};
