import { X509Certificate } from "node:crypto";
import type { FieldFault } from "../../machinery/index.ts";
import { duplicate, invalidValue, required, tooMany } from "../../machinery/validate/faults.ts";
import { dnsSubdomain } from "../../machinery/validate/names.ts";
import { expressionProblem, type Subject } from "./expressions.ts";
import type { ClaimOrExpression, JwtIssuer, PrefixedClaimOrExpression } from "./issuer.ts";

type Faults = readonly FieldFault[];
type Rules = JwtIssuer["claimValidationRules"];

/** What was read has the right types, yet fields that must be there may be missing. */
type Read = {
  readonly issuer?: Partial<JwtIssuer["issuer"]> & { readonly audienceMatchPolicy?: string };
  readonly claimMappings?: Partial<JwtIssuer["claimMappings"]>;
  readonly claimValidationRules?: Rules;
  readonly userValidationRules?: JwtIssuer["userValidationRules"];
};

const mostIssuers = 64;

/** What is wrong with issuers that were configured. Source: upstream's `pkg/apis/apiserver/validation`. */
export function issuerFaults(issuers: readonly Read[]): Faults {
  if (issuers.length > mostIssuers) return [tooMany("jwt", issuers.length, mostIssuers)];
  const urls = issuers.map(({ issuer }) => issuer?.url ?? "");
  const discoveries = issuers.map(({ issuer }) => issuer?.discoveryURL ?? "");
  return issuers.flatMap((read, index) => {
    const field = `jwt[${index}]`;
    return [
      ...endpointFaults(read.issuer ?? {}, `${field}.issuer`),
      ...ruleFaults(read.claimValidationRules ?? [], `${field}.claimValidationRules`),
      ...mappingFaults(read, `${field}.claimMappings`),
      ...userFaults(read.userValidationRules ?? [], `${field}.userValidationRules`),
      ...repeated(urls, index, `${field}.issuer.url`),
      ...(discoveries[index] === "" ? [] : repeated(discoveries, index, `${field}.issuer.discoveryURL`)),
    ];
  });
}

/** One that stands among those before it already. */
function repeated(values: readonly string[], index: number, field: string): Faults {
  const value = values[index] ?? "";
  return values.indexOf(value) < index ? [duplicate(field, value)] : [];
}

function endpointFaults(issuer: NonNullable<Read["issuer"]>, field: string): Faults {
  const { url = "", discoveryURL = "", audiences = [], certificateAuthority = "" } = issuer;
  const same = url !== "" && discoveryURL !== "" && bare(url) === bare(discoveryURL);
  return [
    ...(url === "" ? [required(`${field}.url`)] : urlFaults(url, `${field}.url`)),
    ...(same
      ? [invalidValue(`${field}.discoveryURL`, discoveryURL, "discoveryURL must be different from URL")]
      : []),
    ...(discoveryURL === "" ? [] : urlFaults(discoveryURL, `${field}.discoveryURL`)),
    ...audienceFaults(audiences, issuer.audienceMatchPolicy ?? "", field),
    ...(certificateAuthority === "" || isCertificate(certificateAuthority)
      ? []
      : [invalidValue(`${field}.certificateAuthority`, "<omitted>", noCertificates)]),
  ];
}

const noCertificates = "data does not contain any valid RSA or ECDSA certificates";

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function bare(url: string): string {
  return url.replace(/\/+$/, "");
}

function urlFaults(text: string, field: string): Faults {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined && /^https:/.test(text)) return [invalidValue(field, text, "isn't a URL")];
  const problems = [
    url?.protocol === "https:" ? "" : "URL scheme must be https",
    url !== undefined && url.username + url.password !== ""
      ? "URL must not contain a username or password"
      : "",
    url !== undefined && url.search !== "" ? "URL must not contain a query" : "",
    url !== undefined && url.hash !== "" ? "URL must not contain a fragment" : "",
  ];
  // a password isn't repeated
  const shown = text.replace(/\/\/[^/]*@/, "//<omitted>@");
  return problems.filter((problem) => problem !== "").map((problem) => invalidValue(field, shown, problem));
}

function audienceFaults(audiences: readonly string[], policy: string, issuer: string): Faults {
  const field = `${issuer}.audiences`;
  if (audiences.length === 0) return [required(field, `at least one ${field} is required`)];
  const faults = audiences.flatMap((audience, index) => [
    ...(audience === "" ? [required(`${field}[${index}]`)] : []),
    ...repeated(audiences, index, `${field}[${index}]`),
  ]);
  const several = audiences.length > 1;
  if (policy === "MatchAny" || (policy === "" && !several)) return faults;
  const why = several
    ? "audienceMatchPolicy must be MatchAny for multiple audiences"
    : "audienceMatchPolicy must be empty or MatchAny for single audience";
  return [...faults, invalidValue(`${issuer}.audienceMatchPolicy`, policy, why)];
}

const notBoth = "claim and expression can't both be set";

function ruleFaults(rules: NonNullable<Rules>, path: string): Faults {
  const read = rules as readonly {
    claim?: string;
    requiredValue?: string;
    expression?: string;
    message?: string;
  }[];
  const claims = read.map(({ claim = "", expression = "" }) => (expression === "" ? claim : ""));
  const expressions = read.map(({ claim = "", expression = "" }) => (claim === "" ? expression : ""));
  return read.flatMap(({ claim = "", expression = "", requiredValue = "", message = "" }, index): Faults => {
    const field = `${path}[${index}]`;
    if (claim !== "" && expression !== "") return [invalidValue(field, claim, notBoth)];
    if (claim === "" && expression === "") return [required(field, "claim or expression is required")];
    if (claim !== "")
      return [
        ...(message === ""
          ? []
          : [invalidValue(`${field}.message`, message, "may not be specified when claim is set")]),
        ...repeated(claims, index, `${field}.claim`),
      ];
    const twice = repeated(expressions, index, `${field}.expression`);
    return [
      ...(requiredValue === ""
        ? []
        : [
            invalidValue(
              `${field}.requiredValue`,
              requiredValue,
              "may not be specified when expression is set",
            ),
          ]),
      ...(twice.length > 0 ? twice : expressionFaults(expression, "claims", `${field}.expression`, true)),
    ];
  });
}

function userFaults(rules: NonNullable<Read["userValidationRules"]>, path: string): Faults {
  const expressions = rules.map(({ expression = "" }) => expression);
  return expressions.flatMap((expression, index) => {
    const field = `${path}[${index}].expression`;
    if (expression === "") return [required(field)];
    const twice = repeated(expressions, index, field);
    return twice.length > 0 ? twice : expressionFaults(expression, "user", field, true);
  });
}

function mappingFaults({ claimMappings = {}, claimValidationRules = [] }: Read, path: string): Faults {
  const { username = {}, groups = {}, uid = {}, extra = [] } = claimMappings;
  return [
    ...prefixedFaults(username, `${path}.username`, true),
    ...prefixedFaults(groups, `${path}.groups`, false),
    ...uidFaults(uid, `${path}.uid`),
    ...extraFaults(extra, `${path}.extra`),
    ...emailFaults(
      username.expression ?? "",
      [
        ...extra.map(({ valueExpression = "" }) => valueExpression),
        ...claimValidationRules.map((rule) => ("expression" in rule ? rule.expression : "")),
      ],
      path,
    ),
  ];
}

function prefixedFaults(mapping: PrefixedClaimOrExpression, field: string, isRequired: boolean): Faults {
  const { claim = "", expression = "", prefix } = mapping;
  if (claim !== "" && expression !== "") return [invalidValue(field, "", notBoth)];
  if (expression !== "")
    return [
      ...(prefix === undefined
        ? []
        : [invalidValue(`${field}.prefix`, prefix, "may not be specified when expression is set")]),
      ...expressionFaults(expression, "claims", `${field}.expression`),
    ];
  if (claim === "") return isRequired ? [required(field, "claim or expression is required")] : [];
  const why = "prefix is required when claim is set. It can be set to an empty string to disable prefixing";
  return prefix === undefined ? [required(`${field}.prefix`, why)] : [];
}

function uidFaults({ claim = "", expression = "" }: ClaimOrExpression, field: string): Faults {
  if (claim !== "" && expression !== "") return [invalidValue(field, "", notBoth)];
  return expression === "" ? [] : expressionFaults(expression, "claims", `${field}.expression`);
}

type Extra = NonNullable<JwtIssuer["claimMappings"]["extra"]>;

function extraFaults(extra: Extra, path: string): Faults {
  const keys = extra.map(({ key = "" }) => key);
  return extra.flatMap(({ valueExpression = "" }, index) => {
    const key = keys[index] ?? "";
    const field = `${path}[${index}]`;
    const twice = repeated(keys, index, `${field}.key`);
    const value = `${field}.valueExpression`;
    return [
      ...keyFaults(key, `${field}.key`),
      ...(twice.length > 0
        ? twice
        : valueExpression === ""
          ? [required(value)]
          : expressionFaults(valueExpression, "claims", value)),
    ];
  });
}

function keyFaults(key: string, field: string): Faults {
  const [domain = "", ...rest] = key.split("/");
  const path = rest.join("/");
  const faults: FieldFault[] = [];
  if (key === "") faults.push(required(field));
  else if (domain === "" || path === "")
    faults.push(invalidValue(field, key, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else faults.push(...dnsSubdomain(domain).map((why) => invalidValue(field, domain, why)));
  if (key !== key.toLowerCase()) faults.push(invalidValue(field, key, "must be lowercase"));
  if (path !== "" && /^(.*\.)?(kubernetes|k8s)\.io$/.test(domain)) {
    const why = "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use";
    faults.push(invalidValue(field, key, why));
  }
  return faults;
}

/** A name that is an address must be one that the issuer has proved. */
function emailFaults(username: string, others: readonly string[], path: string): Faults {
  const names = (expression: string, claim: string) =>
    new RegExp(`\\bclaims\\s*(\\.\\s*\\??\\s*${claim}\\b|\\[\\s*\\??\\s*["']${claim}["'])`).test(expression);
  if (!names(username, "email")) return [];
  if ([username, ...others].some((expression) => names(expression, "email_verified"))) return [];
  const field = `${path}.username.expression`;
  const why =
    "claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression";
  return [invalidValue(field, username, why)];
}

function expressionFaults(expression: string, subject: Subject, field: string, isCondition = false): Faults {
  const problem = expressionProblem(expression, subject, isCondition);
  return problem === undefined ? [] : [invalidValue(field, expression, problem)];
}
