export { type PackedChart, type PackOptions, packageChart } from "./pack.ts";
