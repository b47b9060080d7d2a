import { type Library, member } from "../overload.ts";
import { intType, listType, stringType } from "../type.ts";
import { ListValue } from "../value.ts";
import { compilePattern } from "./conversions.ts";

/** Kubernetes' functions that find patterns in texts. */
export const regexLibrary: Library = {
  find: [
    member("string_find_string", [stringType, stringType], stringType, (text: string, pattern: string) =>
      compilePattern(pattern).find(text),
    ),
  ],
  findAll: [
    member(
      "string_find_all_string",
      [stringType, stringType],
      listType(stringType),
      (text: string, pattern: string) => ListValue.of(compilePattern(pattern).findAll(text)),
    ),
    member(
      "string_find_all_string_int",
      [stringType, stringType, intType],
      listType(stringType),
      (text: string, pattern: string, limit: bigint) =>
        ListValue.of(compilePattern(pattern).findAll(text, Number(limit))),
    ),
  ],
};
