import type { Random } from "./random.ts";

/** What texts of a kind are put together from. */
const pieces = {
  text: [
    ..."abzAZ019 _-.,:;/\\'\"`<>&%$#@!?*+=~^|()[]{}\t\n\r",
    ..."éßıİſKΣςǆ中日\u0301\u00a0\u2028\ufeff\ufffd",
    "😀",
    "\u0000",
    "\u007f",
    "\u0085",
    "\u{e0001}",
    "ab",
    "Foo",
    "HTTP",
    "  ",
    "%s",
    "${",
    "\r\n",
  ],
  version: [..."0129.-+vV xX*", "10", "1.2", "1.2.3", "-rc", "-rc.1", "+b", "01", "-0", "-alpha", "18446744073709551616"],
  range: [..."0123.-xX*, ", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", " - ", " || ", ",", "1.2.3", "2.0.0-rc.1", "1.2", "v1"],
  url: [..."/:?#@[]%.=&; +", "http", "https", "://", "//", "%20", "%2f", "%C3%A9", "%25", "::1", "1.2.3.4", "fe80::", "h.example", ":80", "u:p@", "é", "{", "\u0000", "a b"],
  pattern: [..."ab.*+?|()[]{}^$\\-,!", "(?i)", "(?:", "(?P<n>", "\\d", "\\W", "\\b", "\\pL", "\\p{Lu}", "[^a]", "[a-c]", "{2}", "{1,}", "{0,3}?", "é", "[[:digit:]]", "\\Q", "\\E", "\\x41", "\\n", "$1", "(?s-i:"],
  duration: [..."0123456789.-+ hmsd", "ns", "us", "µs", "ms", "1h", "30m", "1.5", "9223372036", "9223372036854775807"],
  layout: ["2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "__2", "002", "15", "03", "3", "04", "4", "05", "5", "PM", "pm", "Mon", "Monday", "MST", "Z07:00", "Z0700", "Z07", "-07:00", "-0700", "-07", "-07:00:00", "Z070000", ".000", ",999", ".999999999", "-", "/", ":", " ", "T", "x", "é"],
  time: ["2024", "1999", "0001", "24", "02", "2", "Feb", "March", "29", "30", "12", "00", "23", "59", "60", "AM", "pm", "Sat", "MST", "CEST", "GMT+3", "Z", "+05:30", "-0800", "+00:00", ".5", ",123456789", "-", "/", ":", " ", "T", "060"],
  document: ["a: ", "b: ", "- ", "\n", "\n  ", "\n- ", "1", "1.0", "0x1f", "0o7", "1e3", ".inf", "~", "null", "yes", "on", "true", "'x'", '"y\\n"', "text", "{a: 1}", "[1, b]", "[]", "{}", "|\n  z\n", ">-\n  z\n", "# c\n", "2024-01-02", "&x ", "*x", "<<: ", "!!str ", "---\n", "é", "1_000", "-", "? ", '"a": ', "{", "}", "[", "]", ",", ":"],
} satisfies Record<string, readonly string[]>;

/** Kinds of texts that can be put together. */
export type ComposedKind = keyof typeof pieces;

/** Puts a text of a kind together from up to eight pieces: right now and then, awkward most of the time. */
export function composedText(random: Random, kind: ComposedKind): string {
  return random.some(8, () => random.pick<string>(pieces[kind])).join("");
}
