import { isIPv4, isIPv6 } from "node:net";
import { parseDuration, parseTimestamp } from "../cel/library/times.ts";
import { urlProblem } from "../cel/library/url.ts";
import { dnsLabel, dnsSubdomain } from "../validate/names.ts";

/** The formats of texts that are checked; others are not. Source: kube-openapi's strfmt. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (text) => /^[0-9a-fA-F]{24}$/.test(text),
  byte: (text) =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text),
  cidr: isCidr,
  creditcard: isCreditCard,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined,
  "date-time": isDateTime,
  datetime: isDateTime,
  duration: isDuration,
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text) || /^[^<>@]*<[^\s@<>]+@[^\s@<>]+>$/.test(text),
  hexcolor: (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  "k8s-long-name": (text) => dnsSubdomain(text).length === 0,
  "k8s-short-name": (text) => dnsLabel(text).length === 0,
  mac: isMac,
  rgbcolor: isRgbColor,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  uri: (text) => urlProblem(text) === undefined,
  uuid: (text) => uuid("[0-9a-f]{4}", "[0-9a-f]{4}").test(text),
  uuid3: (text) => uuid("3[0-9a-f]{3}", "[0-9a-f]{4}").test(text),
  uuid4: (text) => uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}").test(text),
  uuid5: (text) => uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}").test(text),
};

function uuid(third: string, fourth: string): RegExp {
  return new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, "i");
}

function isDateTime(text: string): boolean {
  return parseTimestamp(text) !== undefined;
}

const spans = "ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week";
const spokenSpan = new RegExp(`^\\s*(?:\\d+\\s*(?:${spans})s?\\s*)+$`);

/** Go's durations, and those with days and weeks or in words. */
function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined || spokenSpan.test(text);
}

function isHostname(text: string): boolean {
  const label = "[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?";
  if (text.length > 255 || text.split(".").some((part) => part.length > 63)) return false;
  return new RegExp(`^${label}(?:\\.${label})*$`).test(text);
}

function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return (isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128);
}

function isMac(text: string): boolean {
  const pairs = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*$/i;
  if (pairs.test(text)) return [6, 8, 20].includes((text.length + 1) / 3);
  return /^[0-9a-f]{4}(\.[0-9a-f]{4}){2}((\.[0-9a-f]{4})|(\.[0-9a-f]{4}){7})?$/i.test(text);
}

function isRgbColor(text: string): boolean {
  const match = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  return match?.slice(1).every((part) => String(Number(part)) === part && Number(part) < 256) ?? false;
}

const cards =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

/** The digits' check sum is Luhn's. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (!cards.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, index) => total + (index + 1) * (digit === "X" ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3),
    0,
  );
  return sum % 10 === 0;
}
