import { isIP } from "node:net";
import type { FieldFault } from "../../status.ts";
import { invalidValue } from "../../validate/faults.ts";
import { portNumber } from "../../validate/names.ts";
import { each, type Fields, number, text } from "../fields.ts";

/** Everything wrong with Endpoints. */
export function validateEndpoints(endpoints: Fields): readonly FieldFault[] {
  return each(endpoints, "subsets").flatMap((subset, index) => {
    const path = `subsets[${index}]`;
    const addresses = each(subset, "addresses").flatMap((address, place) => {
      const ip = text(address, "ip");
      if (isIP(ip) !== 0) return [];
      const why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
      return [invalidValue(`${path}.addresses[${place}].ip`, ip, why)];
    });
    const ports = each(subset, "ports").flatMap((port, place) => {
      const value = number(port, "port") ?? 0;
      return portNumber(value).map((fault) => invalidValue(`${path}.ports[${place}].port`, value, fault));
    });
    return [...addresses, ...ports];
  });
}
