export { type NamedArchive, type Signer, signChart, type Verification, verifyChart } from "./provenance.ts";
