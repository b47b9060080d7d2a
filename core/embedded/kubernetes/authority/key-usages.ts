/** Bits of X.509's KeyUsage by the names of certificates.k8s.io/v1 (RFC 5280, 4.2.1.3: the first bit is the lowest). */
const bits: Readonly<Record<string, number>> = {
  signing: 1,
  "digital signature": 1,
  "content commitment": 1 << 1,
  "key encipherment": 1 << 2,
  "data encipherment": 1 << 3,
  "key agreement": 1 << 4,
  "cert sign": 1 << 5,
  "crl sign": 1 << 6,
  "encipher only": 1 << 7,
  "decipher only": 1 << 8,
};

/** Identifiers of X.509's ExtendedKeyUsage by the same names, in the order they are written in. */
const extended: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  "server auth": "1.3.6.1.5.5.7.3.1",
  "client auth": "1.3.6.1.5.5.7.3.2",
  "code signing": "1.3.6.1.5.5.7.3.3",
  "email protection": "1.3.6.1.5.5.7.3.4",
  "s/mime": "1.3.6.1.5.5.7.3.4",
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  "ocsp signing": "1.3.6.1.5.5.7.3.9",
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

/** What a certificate's key may do, as KeyUsage's bits. */
export function keyUsages(usages: readonly string[]): number {
  return usages.reduce((all, usage) => all | (bits[usage] ?? 0), 0);
}

/** What a certificate is good for, as ExtendedKeyUsage's identifiers. */
export function extendedUsages(usages: readonly string[]): readonly string[] {
  const wanted = new Set(usages.flatMap((usage) => extended[usage] ?? []));
  return [...new Set(Object.values(extended))].filter((identifier) => wanted.has(identifier));
}

/** Tells whether a certificate with these extended usages, if any, is good for a client. */
export function isForClients(identifiers: readonly string[] | undefined): boolean {
  if (identifiers === undefined || identifiers.length === 0) return true;
  return identifiers.some((each) => each === extended["any"] || each === extended["client auth"]);
}
