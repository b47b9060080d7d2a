export { printJsonPath } from "./evaluate.ts";
