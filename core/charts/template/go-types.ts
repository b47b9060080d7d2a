import type { ParameterType } from "./values.ts";

/** Go's names of the parameter types, for errors. */
export const goTypes = {
  any: "interface {}",
  value: "reflect.Value",
  string: "string",
  int: "int",
  exactInt: "int",
  int64: "int64",
  uint32: "uint32",
  float64: "float64",
  bool: "bool",
  map: "map[string]interface {}",
  list: "[]interface {}",
  time: "time.Time",
  timeDuration: "time.Duration",
  certificate: "sprig.certificate",
  version: "*semver.Version",
} as const satisfies Readonly<Record<ParameterType, string>>;
